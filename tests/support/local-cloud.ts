import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCloudBin } from '../../commands/shared/local-cloud.ts';

const repository = join(import.meta.dirname, '..', '..');

/** A local cloud in a process of its own, as `npm start` runs it. */
export type RunningCloud = {
  endpoint: string;
  outputs: Readonly<Record<string, string>>;
  /** The folder of its state. */
  state: string;
  /** Its process: the functions' processes are its children. */
  pid: number;
  /** All that it has printed so far. */
  log: () => string;
  /** Ends it and waits until it is gone; with `keepState` the folder stays for another start. */
  stop: () => Promise<void>;
};

export type StartOptions = {
  template?: string;
  /** A folder that outlives the cloud; otherwise a temporary one goes with it. */
  state?: string;
  /** How much faster waiting goes by. */
  clock?: number;
  /** Percentage of what may go wrong that does so. */
  chaos?: number;
  seed?: number;
  /** The template's parameters; by default our own template's. */
  parameters?: Readonly<Record<string, string>>;
};

/** Boots a cloud on a free port and resolves once the stack is deployed. Throws with all that it printed where it does not come up. */
export async function startLocalCloud(options: StartOptions = {}): Promise<RunningCloud> {
  const overrides = Object.entries(options.parameters ?? { Stage: 'local' }).map(([name, value]) => `${name}=${value}`);
  const temporary = options.state === undefined ? await mkdtemp(join(tmpdir(), 'local-cloud-')) : undefined;
  const child = spawn(
    process.execPath,
    [
      localCloudBin,
      'start',
      ...['--template', options.template ?? join(repository, 'template.yaml')],
      ...['--stack-name', 'serverless-thumbnails', '--port', '0', '--clock', String(options.clock ?? 1)],
      ...['--state', options.state ?? temporary ?? ''],
      ...['--chaos', String(options.chaos ?? 0)],
      ...(options.seed === undefined ? [] : ['--seed', String(options.seed)]),
      // Whoever edits the repository while tests run changes nothing in them.
      '--no-watch',
      ...['--show', 'key,outcome,durationMs,reason'],
      ...(overrides.length > 0 ? ['--parameter-overrides', ...overrides] : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], cwd: repository },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const cleanUp = async (): Promise<void> => {
    await ended(child);
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  const ready = await new Promise<{ endpoint: string; outputs: Record<string, string> }>((resolve, reject) => {
    child.on('message', (message: { type?: string; endpoint: string; outputs: Record<string, string> }) => {
      if (message.type === 'ready') resolve(message);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The local cloud ended with code ${String(code)} before it was ready:\n${log}`));
    });
  }).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  return {
    ...ready,
    state: options.state ?? temporary ?? '',
    pid: child.pid ?? 0,
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM');
      await cleanUp();
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
