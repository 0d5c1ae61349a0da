#!/usr/bin/env node
// Plain JavaScript: a Node that is too old to read TypeScript must be able to say so.
import { existsSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `The local cloud runs on Node 24 or newer, as Lambda's functions do; this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
// A checkout runs its source; the package has only what was built from it.
const source = new URL('../src/cli/main.ts', import.meta.url);
const { main } = await import(existsSync(source) ? source.href : '../dist/cli/main.js');
await main(process.argv.slice(2));
