import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { watchOver } from './guardian.ts';
import { onLines } from './lines.ts';

/** An error as the runtime reports it. */
export type ErrorDocument = { errorType: string; errorMessage: string; trace?: string[] };

/** What the bootstrap tells; see bootstrap.mjs. */
export type ProcessMessage =
  | { type: 'ready' }
  | { type: 'init-failed'; error: ErrorDocument }
  | { type: 'log'; requestId?: string; timestamp: number; record: string }
  | { type: 'output'; requestId?: string; text: string }
  | { type: 'done'; requestId: string; payload: string }
  | { type: 'failed'; requestId: string; error: ErrorDocument; fatal: boolean };

/** What the bootstrap is sent: one invocation. */
export type Invocation = {
  requestId: string;
  invokedFunctionArn: string;
  /** Milliseconds since the epoch. */
  deadlineMs: number;
  /** The event's JSON. */
  event: string;
  traceHeader?: string;
  clientContext?: string;
};

export type Ending = { code: number | null; signal: NodeJS.Signals | null; error?: Error };

export type RuntimeProcess = {
  readonly pid: number | undefined;
  send: (invocation: Invocation) => void;
  /** Ends the process and whatever it has started, at once. */
  kill: () => void;
  /** Resolves when the process is gone and all that it wrote has been read. */
  readonly ended: Promise<Ending>;
  /** The same for who may lose interest, by calling the result: a promise holds all that wait for it until it is settled. */
  whenEnded: (listener: (ending: Ending) => void) => () => void;
};

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.mjs');

/** Starts the process of an execution environment. `heard` gets what it tells; raw lines on stdout and stderr come as `output`. */
export function startProcess(
  options: {
    node: string;
    nodeOptions: readonly string[];
    folder: string;
    variables: Readonly<Record<string, string>>;
  },
  onMessage: (message: ProcessMessage) => void,
): RuntimeProcess {
  const child = spawn(options.node, [...options.nodeOptions, BOOTSTRAP], {
    cwd: options.folder,
    env: options.variables,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C reaches only us, and whatever a handler starts ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const [, stdout, stderr, invocations, answers] = child.stdio as [null, Readable, Readable, Writable, Readable];
  const released = watchOver(child.pid);

  for (const stream of [stdout, stderr]) onLines(stream, (line) => onMessage({ type: 'output', text: `${line}\n` }));
  onLines(answers, (line) => {
    const message = JSON.parse(line) as ProcessMessage;
    if (message.type === 'log' || message.type === 'output') onMessage(message);
    // What the handler wrote past the console before this waits in another pipe, to be read in the same turn.
    else setImmediate(onMessage, message);
  });
  invocations.on('error', () => undefined); // a process that is gone; `ended` tells

  const kill = (): void => {
    if (child.pid === undefined) return;
    try {
      if (process.platform === 'win32') child.kill('SIGKILL');
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL'); // no such group any more
    }
  };
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error) => {
      released();
      resolve({ code: null, signal: null, error });
    });
    // What the handler started may hold our pipes open: it ends with its environment.
    child.on('exit', kill);
    child.on('close', (code, signal) => {
      released();
      resolve({ code, signal });
    });
  });
  const listeners = new Set<(ending: Ending) => void>();
  let hasEnded = false;
  void ended.then((ending) => {
    hasEnded = true;
    for (const listener of listeners) listener(ending);
  });
  return {
    pid: child.pid,
    send: (invocation) => void invocations.write(`${JSON.stringify(invocation)}\n`),
    kill,
    ended,
    whenEnded: (listener) => {
      if (hasEnded) void ended.then(listener);
      else listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
