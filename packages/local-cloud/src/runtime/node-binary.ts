import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

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

const executable = process.platform === 'win32' ? 'node.exe' : 'node';
const platformPackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const require = createRequire(import.meta.filename);

/**
 * The path of a Node binary of the major that `runtime` names, never of another: the one that runs this, one that npm installed beside us
 * (`node-<platform>-<arch>`, also under the name `node<major>`), or one on the PATH. Throws RangeError, saying what to install, where there
 * is none.
 */
export function findNode(runtime: string): string {
  const wanted = nodeMajor(runtime);
  if (majorOf(process.versions.node) === wanted) return process.execPath;
  const found =
    [platformPackage, `node${String(wanted)}`].map(ofPackage).find((one) => one?.major === wanted) ??
    onPath().find(({ major }) => major === wanted);
  if (found !== undefined) return found.file;
  throw new RangeError(
    `Runtime ${runtime} needs Node ${String(wanted)}, and the local cloud lets no other stand in for it; this is Node ${process.versions.node}, ` +
      `and neither a package ${platformPackage} nor the PATH has that major. ` +
      `Install it: npm install node${String(wanted)}@npm:${platformPackage}@${String(wanted)}`,
  );
}

type Binary = { file: string; major: number };

function ofPackage(name: string): Binary | undefined {
  try {
    const description = require.resolve(`${name}/package.json`);
    const { version } = require(description) as { version: string };
    const file = join(dirname(description), 'bin', executable);
    return existsSync(file) ? { file, major: majorOf(version) } : undefined;
  } catch {
    return undefined; // Not installed.
  }
}

let known: Binary[] | undefined;

/** Asked once: what is on the PATH when the first function of another major comes. */
function onPath(): Binary[] {
  known ??= (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, executable))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      try {
        const version = execFileSync(file, ['--print', 'process.versions.node'], { encoding: 'utf8', timeout: 5000 });
        return [{ file, major: majorOf(version) }];
      } catch {
        return []; // Something else by that name.
      }
    });
  return known;
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
