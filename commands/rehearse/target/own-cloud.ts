import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCloudBin } from '../../shared/local-cloud.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/** A separate local cloud for the duration of a rehearsal, with its own state. */
export type OwnCloud = { endpoint: string; close: () => Promise<void> };

/** `targetsAfter`: seconds of the cloud's time before CodeDeploy lists the targets of a deployment. */
export type OwnCloudOptions = { speed: number; targetsAfter?: number; stackName?: string };

/** Maximum length of its output in the error if it does not start, characters. */
const SHOWN = 4_000;

/** Resolves once the stack is deployed. If that fails, throws an error with the output of the cloud. */
export async function startOwnCloud(
  { speed, targetsAfter = 0, stackName = 'serverless-thumbnails' }: OwnCloudOptions,
  shutdown: AbortSignal,
): Promise<OwnCloud> {
  const state = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const child = spawn(
    process.execPath,
    [
      localCloudBin,
      'start',
      ...['--template', join(repository, 'template.yaml'), '--stack-name', stackName],
      ...['--parameter-overrides', 'Stage=local'],
      ...['--port', '0', '--clock', String(speed), '--state', state],
      ...['--targets-after', String(targetsAfter)],
      '--no-watch',
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], cwd: repository },
  );
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended(child);
    await rm(state, { recursive: true, force: true });
  };
  // A shutdown request during the start must stop it too.
  const onShutdown = (): void => void child.kill('SIGTERM');
  shutdown.addEventListener('abort', onShutdown, { once: true });
  try {
    return { endpoint: await endpointOf(child), close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    shutdown.removeEventListener('abort', onShutdown);
  }
}

function endpointOf(child: ChildProcess): Promise<string> {
  let log = '';
  let isReady = false;
  for (const stream of [child.stdout, child.stderr]) {
    // Keep reading while it runs; a full pipe would block it.
    stream?.setEncoding('utf8').on('data', (text: string) => {
      if (!isReady) log = (log + text).slice(-SHOWN);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('message', (message: { type?: string; endpoint: string }) => {
      if (message.type !== 'ready') return;
      isReady = true;
      resolve(message.endpoint);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The local cloud ended with code ${String(code)} before it was ready:\n${log}`));
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
