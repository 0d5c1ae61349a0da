import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuSecondsBelow } from '../src/testing/processes.ts';
import { code, template } from './template.ts';

/** A server in a process of its own. */
export type Child = {
  endpoint: string;
  outputs: Readonly<Record<string, string>>;
  pid: number;
  /** Where it keeps its state; the folder goes with it. */
  folder: string;
  /** Seconds of processor time that it and the processes below it have used. */
  cpuSeconds: () => number;
  stop: () => Promise<void>;
};

type Ready = { type: 'ready'; endpoint: string; outputs?: Readonly<Record<string, string>> };

const workspace = join(import.meta.dirname, '..');

/** The local cloud as people start it, with a template of the benchmark's own. */
export function startCloud(): Promise<Child> {
  return inFolder(async (folder) => {
    const bin = join(workspace, 'bin', 'local-cloud.mjs');
    const options = ['--port', '0', '--state', join(folder, 'state'), '--processes', '4'];
    return [bin, 'start', '--template', await writeTemplate(folder), ...options];
  });
}

/** The same cloud without a state folder: what it is told is in memory only. */
export function startCloudWithoutState(): Promise<Child> {
  return inFolder(async (folder) => [join(import.meta.dirname, 'cloud-without-state.ts'), await writeTemplate(folder)]);
}

export function startBareServer(): Promise<Child> {
  return inFolder(async () => [join(import.meta.dirname, 'bare-server.ts')]);
}

async function writeTemplate(folder: string): Promise<string> {
  await mkdir(join(folder, 'code'));
  for (const [name, text] of Object.entries(code)) await writeFile(join(folder, 'code', name), text);
  const file = join(folder, 'template.json');
  await writeFile(file, JSON.stringify(template));
  return file;
}

async function inFolder(argumentsFor: (folder: string) => Promise<string[]>): Promise<Child> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-local-cloud-'));
  const child = spawn(process.execPath, [...profiling(), ...(await argumentsFor(folder))], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    cwd: folder,
  });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const cleanUp = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (message: Ready) => resolve(message));
    child.once('error', reject);
    void ended.then(() => reject(new Error(`A server ended before it was ready:\n${printed}`)));
  }).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  const pid = child.pid ?? 0;
  return {
    endpoint: ready.endpoint,
    outputs: ready.outputs ?? {},
    pid,
    folder,
    cpuSeconds: () => cpuSecondsBelow(pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await cleanUp();
    },
  };
}

/** PROFILE=folder: each server writes a profile there that Chrome's developer tools read. */
function profiling(): string[] {
  const folder = process.env['PROFILE'];
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}
