#!/usr/bin/env node
// Plain JavaScript: a Node that is too old to read TypeScript must be able to say so.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `The local cloud runs on Node 24 or newer, as Lambda's functions do; this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
const { main } = await import('../console/main.ts');
await main(process.argv.slice(2));
