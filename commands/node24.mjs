#!/usr/bin/env node
// Runs a script with Lambda's Node (24), which also strips TypeScript's types by itself. Where the host's Node is of
// another major, the binary comes from the platform package that npm installed beside us (an optional dependency).
// Plain JavaScript, since the host's Node may be too old to read TypeScript.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const MAJOR = 24;

/** The path of a Node 24 binary: this one, or the one in `node_modules`; undefined where there is neither. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) === MAJOR) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`node-${platform}-${process.arch}/package.json`));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

const node = findNode();
if (node === undefined) {
  console.error(
    `This project runs on Node ${MAJOR}, as Lambda does; here is Node ${process.versions.node}, and npm has no Node ${MAJOR} ` +
      `package for ${process.platform}-${process.arch} (or it was left out: run "npm ci" without --omit=optional).\n` +
      `Install Node ${MAJOR} and run the command again.`,
  );
  process.exit(1);
}

// Our own package is used from its source here (packages/local-cloud/package.json).
const child = spawn(node, ['--conditions=@local-cloud/source', ...process.argv.slice(2)], { stdio: 'inherit' });
// A terminal sends Ctrl-C to the whole group, a supervisor signals us alone. Either way the child hears it once, and decides when to end.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT');
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// `npm` signals the shell that it runs us by, and that shell ends without a word to us. Then nobody is left who could end us.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(orphaned);
    child.kill('SIGTERM');
  }, 200);
  orphaned.unref();
}
child.on('error', (error) => {
  console.error(`${node} could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 1));
});
