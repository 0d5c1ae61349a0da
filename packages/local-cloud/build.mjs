// src/ -> dist/: Node strips no types from what lies in a node_modules folder, so that a package has to be JavaScript.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');

rmSync(join(here, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '--project', here], { stdio: 'inherit' });
// What runs inside functions' processes and beside them is JavaScript already.
for (const file of globSync('**/*.mjs', { cwd: join(here, 'src') }))
  cpSync(join(here, 'src', file), join(here, 'dist', file));
