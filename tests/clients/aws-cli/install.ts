import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The newest of the first generation, which lives on beside the second. */
const PINNED = '1.45.11';
const cache = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache');

/** A package of the distribution, or what images of CI bring along. */
const PACKAGED = ['/usr/bin/aws', '/usr/local/bin/aws'];

/** Paths of programs. */
export type AwsClis = { packaged: string; pinned: string };

/**
 * The AWS CLIs that are tested: the distribution's, and a pinned one from PyPI in a Python environment of its own, made once. Throws an
 * Error that says what to install where one cannot be had.
 */
export async function findAwsClis(): Promise<AwsClis> {
  const packaged = PACKAGED.find((path) => existsSync(path));
  if (packaged === undefined) {
    throw new Error(
      `The distribution's AWS CLI is absent (none of ${PACKAGED.join(', ')} is there). On Debian: apt-get install awscli`,
    );
  }
  return { packaged, pinned: await install() };
}

async function install(): Promise<string> {
  const folder = join(cache, `awscli-${PINNED}`);
  const program = join(folder, 'bin', 'aws');
  const works = async (): Promise<boolean> =>
    existsSync(program) && (await run(program, ['--version']).then(({ stdout }) => stdout.includes(PINNED)));
  if (await works().catch(() => false)) return program;
  rmSync(folder, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '-q', '--disable-pip-version-check', `awscli==${PINNED}`]);
  } catch (cause) {
    throw new Error(
      `AWS CLI ${PINNED} could not be installed from PyPI. It needs python3 with venv (on Debian: apt-get install python3-venv).`,
      { cause },
    );
  }
  return program;
}
