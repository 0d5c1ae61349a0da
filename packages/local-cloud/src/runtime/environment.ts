import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realTime } from '../core/clock.ts';
import type { RuntimeConfiguration } from './configuration.ts';
import { layersAsOne } from './layers.ts';
import { befallen as faultOf, faultLine, faultPayload, reported, tooLarge, type Fault } from './faults.ts';
import { passesFilter, systemLine, type SystemEvent } from './log-lines.ts';
import { memoryOf } from './memory.ts';
import { findNode } from './node-binary.ts';
import { startProcess, type Invocation, type RuntimeProcess, type ProcessMessage } from './process.ts';
import { supervise, type Cut } from './supervise.ts';
import { tailOf } from './tail.ts';
import { environmentVariables, type GivenVariables } from './variables.ts';

/** What one invocation came to. */
export type InvocationResult = {
  outcome: 'succeeded' | Fault['outcome'];
  /** JSON: what the handler returned, or the error document. */
  payload: string;
  errorType?: string;
  durationMs: number;
  /** Of the cold start, where this was one. */
  initMs?: number;
  /** The last 4 KB of what was logged. */
  logTail: string;
};

export type LogRecord = { timestamp: number; text: string; requestId?: string };

export type InvocationRequest = Omit<Invocation, 'deadlineMs'>;

/** One execution environment: a process that runs one invocation at a time, and starts with the first, or when it is warmed. */
export type Environment = {
  readonly configuration: RuntimeConfiguration;
  /** Starts the process ahead; an invocation that comes meanwhile waits for it. What fails then is told by that invocation. */
  warm: () => void;
  /** Runs one invocation. Its time counts from when the handler is loaded, as on Lambda. */
  invoke: (invocation: InvocationRequest) => Promise<InvocationResult>;
  /** False once its process has ended (crash, timeout, kill): take another. */
  usable: () => boolean;
  /** Ends the process; resolves when it is gone. */
  end: () => Promise<void>;
  pid: () => number | undefined;
};

export type EnvironmentOptions = {
  configuration: RuntimeConfiguration;
  given: Omit<GivenVariables, 'temporaryFolder' | 'layerFolder'>;
  log: (record: LogRecord) => void;
  /** Milliseconds; Lambda gives 10 s. */
  initLimitMs?: number;
};

const INIT_LIMIT_MS = 10_000;

/** Throws RangeError where no Node binary of the runtime's major is at hand. */
export function createEnvironment({ configuration, given, log, initLimitMs }: EnvironmentOptions): Environment {
  const { logging, memoryMb } = configuration;
  const limitMs = configuration.timeoutSeconds * 1000;
  const node = findNode(configuration.runtime);

  let ownFolder: string | undefined;
  let child: RuntimeProcess | undefined;
  let state: 'new' | 'usable' | 'ended' = 'new';
  let onAnswer: (message: ProcessMessage) => void = () => undefined;
  let current: string | undefined;
  let tail = tailOf();
  let peakMb = 0;

  const write = (text: string, timestamp = realTime.now().getTime(), requestId = current): void => {
    tail.add(text);
    log({ timestamp, text, ...(requestId !== undefined && { requestId }) });
  };
  const say = (event: SystemEvent): void => {
    const line = systemLine(event, configuration, realTime.now());
    if (line !== undefined) write(line);
  };
  const handleMessage = (message: ProcessMessage): void => {
    if (message.type === 'log') write(message.record, message.timestamp, message.requestId);
    else if (message.type === 'output') {
      for (const line of message.text.replace(/\n$/, '').split('\n')) {
        if (passesFilter(line, logging)) write(line, realTime.now().getTime(), message.requestId ?? current);
      }
    } else onAnswer(message);
  };

  function start(): RuntimeProcess {
    ownFolder ??= mkdtempSync(join(tmpdir(), 'local-cloud-'));
    const temporaryFolder = join(ownFolder, 'tmp');
    mkdirSync(temporaryFolder, { recursive: true });
    const layerFolder = layersAsOne(configuration.layerFolders, join(ownFolder, 'opt'));
    const started = startProcess(
      {
        node,
        // Node sizes its heap by the memory of the machine; on Lambda that is the function's.
        nodeOptions: [`--max-old-space-size=${String(memoryMb)}`],
        folder: configuration.codeFolder,
        variables: environmentVariables(configuration, {
          ...given,
          temporaryFolder,
          ...(layerFolder !== undefined && { layerFolder }),
        }),
      },
      handleMessage,
    );
    void started.ended.then(() => {
      if (child === started && state === 'usable') state = 'ended';
    });
    return started;
  }

  /** The next message that is an answer; or how the process ended without one. */
  function answerOf(
    process: RuntimeProcess,
    limit: number,
  ): Promise<Exclude<ProcessMessage, { type: 'log' | 'output' }> | Cut> {
    const answer = new Promise<Exclude<ProcessMessage, { type: 'log' | 'output' }>>((resolve) => {
      onAnswer = (message) => {
        if (message.type !== 'log' && message.type !== 'output') resolve(message);
      };
    });
    const peak = (mb: number): void => {
      peakMb = Math.max(peakMb, mb);
    };
    return supervise(process, answer, { limitMs: limit, memoryMb, peak });
  }

  /** Starts the process, which loads the handler; undefined where that worked. */
  async function init(limit: number): Promise<Fault | undefined> {
    child = start();
    const answer = await answerOf(child, limit);
    if ('why' in answer) return faultOf(answer, limit);
    if (answer.type !== 'init-failed') return undefined;
    await child.ended;
    return reported(answer.error, true);
  }

  async function coldStart(): Promise<{ initMs: number; fault: Fault | undefined }> {
    const durationOf = realTime.stopwatch();
    say({ type: 'initStart' });
    const fault = await init(initLimitMs ?? INIT_LIMIT_MS);
    const durationMs = durationOf();
    if (fault !== undefined)
      say({ type: 'initReport', durationMs, status: fault.status, errorType: fault.error.errorType });
    return { initMs: durationMs, fault };
  }

  async function handle(invocation: InvocationRequest): Promise<{ payload: string } | Fault> {
    if (child === undefined) throw new Error('The environment has no process.');
    const answered = answerOf(child, limitMs);
    child.send({ ...invocation, deadlineMs: realTime.now().getTime() + limitMs });
    const answer = await answered;
    if ('why' in answer) return faultOf(answer, limitMs);
    if (answer.type === 'done') return tooLarge(answer.payload) ?? answer;
    if (answer.type !== 'failed') throw new Error(`The runtime answered an invocation with '${answer.type}'.`);
    // What nobody caught ends the process: whoever comes next must not meet it meanwhile.
    if (answer.fatal) await child.ended;
    return reported(answer.error, answer.fatal);
  }

  const usable = (): boolean => state !== 'ended';

  let warming: Promise<void> | undefined;
  function warm(): void {
    if (state !== 'new') return;
    warming ??= coldStart().then(
      ({ fault }) => {
        if (fault === undefined && state === 'new') state = 'usable';
      },
      // What cannot be started is not there: the invocation tries once more, and tells.
      () => undefined,
    );
  }

  async function invoke(invocation: InvocationRequest): Promise<InvocationResult> {
    const { requestId, traceHeader } = invocation;
    await warming;
    tail = tailOf();
    current = requestId;
    const cold = state === 'new' ? await coldStart() : undefined;
    say({ type: 'start', requestId });
    const durationOf = realTime.stopwatch();
    // What could not be initialized is tried once more, now in the invocation's own time; but nothing comes after its end.
    const stillborn = cold?.fault && (usable() ? await init(limitMs) : cold.fault);
    const result = stillborn ?? (await handle(invocation));
    const durationMs = durationOf();

    const fault = 'outcome' in result ? result : undefined;
    if (state === 'new') state = 'usable';
    if (fault?.fatal === true) state = 'ended';
    const line = fault && faultLine(fault, requestId, realTime.now());
    if (line !== undefined) write(line);
    peakMb = Math.max(peakMb, memoryOf(child?.pid)?.peak ?? 0);
    const about = {
      requestId,
      durationMs,
      status: fault?.status ?? ('success' as const),
      ...(fault && { errorType: fault.error.errorType }),
    };
    const initMs = cold?.fault === undefined ? cold?.initMs : undefined;
    say({ type: 'runtimeDone', ...about });
    say({
      type: 'report',
      ...about,
      billedMs: Math.ceil(durationMs + (initMs ?? 0)),
      maxMemoryMb: Math.min(memoryMb, Math.round(peakMb)),
      ...(initMs !== undefined && { initMs }),
      ...(traceHeader !== undefined && { traceHeader }),
    });
    current = undefined;
    return {
      outcome: fault?.outcome ?? 'succeeded',
      payload: 'payload' in result ? result.payload : faultPayload(result, requestId),
      ...(fault && { errorType: fault.error.errorType }),
      durationMs,
      ...(cold && { initMs: cold.initMs }),
      logTail: tail.text(),
    };
  }

  return {
    configuration,
    warm,
    invoke,
    usable,
    end: async () => {
      state = 'ended';
      child?.kill();
      await child?.ended;
      if (ownFolder !== undefined) rmSync(ownFolder, { recursive: true, force: true });
    },
    pid: () => child?.pid,
  };
}
