import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { docker } from '../sam-local/docker.ts';
import { UsageError } from '../shared/target.ts';

const START_MS = 60_000;
/** How much of its output is shown if it does not start. Characters. */
const SHOWN = 1_500;

/**
 * The Docker daemon that answers already, else one of our own in a folder of its own: DOCKER_HOST then names it, for this process and what it
 * starts. Throws UsageError that says why there is none.
 */
export async function takeDocker(): Promise<{ close: () => Promise<void> }> {
  if (await answers()) return { close: () => Promise.resolve() };
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new UsageError('No Docker daemon answers, and only root on Linux can start one.');
  const folder = mkdtempSync(join(tmpdir(), 'sam-local-docker-'));
  const host = `unix://${join(folder, 'docker.sock')}`;
  const daemon = spawn(
    'dockerd',
    [
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--host', host],
    ],
    // Ctrl-C is for us: we end it when its containers are gone. A group of its own.
    { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  const ended = new Promise<string>((resolve) => {
    daemon.on('error', (error) => resolve(`dockerd cannot be started: ${error.message}`));
    daemon.on('exit', (code) => resolve(`dockerd ended with code ${String(code)}:\n${log}`));
  });
  for (const stream of [daemon.stdout, daemon.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-SHOWN)));
  const close = async (): Promise<void> => {
    await end(daemon, ended);
    rmSync(folder, { recursive: true, force: true });
  };
  process.env.DOCKER_HOST = host;
  const problem = await Promise.race([ended, untilItAnswers(() => log)]);
  if (problem === undefined) return { close };
  await close();
  throw new UsageError(`No Docker daemon answers, and none can be started here: ${problem}`);
}

function answers(): Promise<boolean> {
  return docker('version', '--format', '{{.Server.Version}}').then(
    () => true,
    () => false,
  );
}

/** Undefined as soon as it answers, otherwise its output. */
async function untilItAnswers(log: () => string): Promise<string | undefined> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (await answers()) return undefined;
    await setTimeout(200);
  }
  return `dockerd does not answer within ${String(START_MS / 1000)} s:\n${log()}`;
}

async function end(daemon: ChildProcess, ended: Promise<unknown>): Promise<void> {
  daemon.kill('SIGTERM');
  await ended;
}
