import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { eventually } from 'local-cloud/testing';

export const repository = join(import.meta.dirname, '..', '..', '..');

/** Ten seconds or so where nobody else uses the machine. */
const BOOT_SECONDS = 150;

export type Started = { process: ChildProcess; printed: () => string; ended: Promise<number | null> };

/** `npm start` as a person types it, in a folder of its own; what a test has started ends with the test. Call it once a file. */
export function npmStart() {
  let folder = '';
  const running: ChildProcess[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'start-'));
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a program with options of `npm start`; its state lies in the test's folder. */
  function launch(program: string, args: readonly string[], options: readonly string[]): Started {
    const child = spawn(program, [...args, '--state', join(folder, 'state'), ...options], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { process: child, printed: () => text, ended };
  }

  return {
    folder: () => folder,
    launch,
    start: (...options: string[]): Started =>
      launch(process.execPath, [join(repository, 'commands', 'start.ts')], options),
  };
}

export async function saysWhatToTry(printed: () => string): Promise<void> {
  const isSaid = (): boolean => printed().includes('npm run try');
  await eventually('what to try to be printed', isSaid, BOOT_SECONDS).catch((cause: unknown) => {
    throw new Error(`It has not become ready. It said:\n${printed()}`, { cause });
  });
}

/** The address of the local cloud, once it is printed. */
export function endpointOf(printed: () => string): Promise<string> {
  return eventually('the endpoint', () => /--endpoint-url (http:\S+)/.exec(printed())?.[1], BOOT_SECONDS);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
