import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder cannot be used as it is; the message says what to do. */
export class StateFolderError extends Error {
  override name = 'StateFolderError';
}

export type StateFolder = {
  path: string;
  /** How often a cloud has been started on it before. */
  starts: number;
  /** Lets another cloud have it. */
  release: () => void;
};

/** Raised whenever what is kept can no longer be read by what was written before. */
const version = 1;

type Mark = { version: number; starts: number };

/**
 * Takes a folder for this process alone; with `reset` it is emptied first. Throws StateFolderError where another cloud uses it, where it
 * is of another version, and where it holds what no cloud has put there.
 */
export function takeStateFolder(path: string, { reset = false }: { reset?: boolean } = {}): StateFolder {
  const lock = join(path, 'lock');
  const markFile = join(path, 'state.json');
  const isNew = !existsSync(path) || readdirSync(path).length === 0;
  if (!isNew && !existsSync(markFile) && !existsSync(lock)) {
    throw new StateFolderError(`${path} is not empty and not a local cloud's: choose another folder with --state.`);
  }
  mkdirSync(path, { recursive: true });
  takeLock(lock, path);
  try {
    const mark = existsSync(markFile) ? readMark(markFile) : undefined;
    if (reset) {
      for (const name of readdirSync(path))
        if (name !== 'lock') rmSync(join(path, name), { recursive: true, force: true });
    } else if (mark !== undefined && mark.version !== version) {
      throw new StateFolderError(
        `${path} was written by another version of the local cloud. Run with --reset to begin anew; what is in it will be gone.`,
      );
    }
    const starts = reset ? 0 : (mark?.starts ?? 0);
    writeFileSync(markFile, JSON.stringify({ version, starts: starts + 1 } satisfies Mark));
    return { path, starts, release: () => rmSync(lock, { force: true }) };
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
}

function readMark(file: string): Mark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Mark;
  } catch {
    // Cut short by a crash: as good as another version.
    return { version: 0, starts: 0 };
  }
}

function takeLock(lock: string, path: string): void {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(readFileSync(lock, 'utf8'));
    if (isLocalCloud(pid)) {
      throw new StateFolderError(
        `${path} is in use by another local cloud (process ${String(pid)}): stop that one, or choose another folder with --state.`,
      );
    }
    // Whoever had it ended without letting go.
    rmSync(lock, { force: true });
  }
}

function isLocalCloud(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const commandLine = `/proc/${String(pid)}/cmdline`;
  // Process numbers come again; where the system tells, a process that is no cloud holds nothing.
  return pid === process.pid || !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('local-cloud');
}
