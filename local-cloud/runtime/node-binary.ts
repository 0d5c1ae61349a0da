import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The Node major of a Lambda runtime. Throws RangeError for a runtime that is not Node. */
export function nodeMajor(runtime: string): number {
  const major = /^nodejs(\d+)\.x$/.exec(runtime)?.[1];
  if (major === undefined) {
    throw new RangeError(
      `Runtime ${runtime}: the local cloud runs Node.js functions (nodejs22.x, nodejs24.x, …) only.`,
    );
  }
  return Number(major);
}

/**
 * The path of a Node binary of the major that `runtime` names: the one that runs this, or the one that npm installed beside us
 * (`node-<platform>-<arch>`, an optional dependency). Throws RangeError, saying what to install, where there is none.
 */
export function findNode(runtime: string): string {
  const wanted = nodeMajor(runtime);
  if (major(process.versions.node) === wanted) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.filename);
    const file = require.resolve(`${name}/package.json`);
    const { version } = require(file) as { version: string };
    const binary = join(dirname(file), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (major(version) === wanted && existsSync(binary)) return binary;
  } catch {
    // Not installed: said below.
  }
  throw new RangeError(
    `Runtime ${runtime} needs Node ${String(wanted)}; this is Node ${process.versions.node}, and no package ${name} of that ` +
      `major is installed. Run the local cloud with Node ${String(wanted)}, or install ${name}@${String(wanted)}.`,
  );
}

function major(version: string): number {
  return Number(version.split('.')[0]);
}
