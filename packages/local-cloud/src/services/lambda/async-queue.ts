import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { FunctionReference } from './arns.ts';
import type { Concurrency } from './concurrency.ts';
import type { EventInvokeConfig, FunctionConfiguration } from './configuration.ts';
import type { Condition, Finished } from './destinations.ts';
import { messageOf, type Answer, type Invoke } from './invoke.ts';
import type { QueuedEvent } from './queued-event.ts';

export type AsyncParts = {
  context: ServiceContext;
  invoke: Invoke;
  concurrency: Concurrency;
  /** Throws AwsError ResourceNotFoundException where the function is gone. */
  describe: (target: FunctionReference) => { configuration: FunctionConfiguration; config: Partial<EventInvokeConfig> };
  reservedOf: (functionName: string) => number | undefined;
  finish: (finished: Finished, config: Partial<EventInvokeConfig>) => Promise<void>;
  /** At most so many events of one function wait for a process at once; the others wait here, in order of age. */
  window: number;
};

/** The first retry comes after one minute, the second after two. */
const RETRY_MS = 60_000;
const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 5 * 60_000;
const LONGEST_AGE_SECONDS = 6 * 3600;

/** The queue of asynchronous events: what is in it is handed to its function, oldest first, until it succeeds or its tries are used up. */
export function createAsyncQueue(parts: AsyncParts) {
  const { context, concurrency } = parts;
  const { clock, random, observe, stopping, stateFolder } = context;
  const kept = openStore<QueuedEvent>(stateFolder && join(stateFolder, 'lambda', 'asynchronous-events.jsonl'));
  /** Events that could run now, by function, oldest first. */
  const ready = new Map<string, QueuedEvent[]>();
  const inHand = new Map<string, number>();
  let newest = 0;
  const paused = new Set<string>();

  const now = (): number => clock.now().getTime();

  function ageMs(event: QueuedEvent): number {
    return now() - event.enqueuedAt + event.savedMs;
  }

  function insert(event: QueuedEvent): void {
    const { functionName } = event.target;
    const list = ready.get(functionName) ?? [];
    const position = list.findLastIndex(({ enqueuedAt }) => enqueuedAt <= event.enqueuedAt) + 1;
    list.splice(position, 0, event);
    ready.set(functionName, list);
  }

  function enlist(event: QueuedEvent): void {
    insert(event);
    pump(event.target.functionName);
  }

  /** Hands over as many events as the function may run. */
  function pump(functionName: string): void {
    const list = ready.get(functionName);
    while (list !== undefined && list.length > 0 && !paused.has(functionName) && !stopping.aborted) {
      const busy = inHand.get(functionName) ?? 0;
      // What is in hand comes back here when it ends; so only the first has to be throttled.
      if (busy >= parts.window || (busy > 0 && concurrency.free(functionName) <= 0)) return;
      const event = list.shift();
      if (event === undefined) return;
      inHand.set(functionName, busy + 1);
      const fault = (error: unknown): void =>
        observe({ type: 'note', text: `${functionName}: the event ${event.requestId} is stuck: ${String(error)}` });
      void attempt(event)
        .catch(fault)
        .finally(() => {
          inHand.set(functionName, (inHand.get(functionName) ?? 1) - 1);
          pump(functionName);
        });
    }
    if (list?.length === 0) ready.delete(functionName);
  }

  async function attempt(event: QueuedEvent): Promise<void> {
    let described;
    try {
      described = parts.describe(event.target);
    } catch (error) {
      drop(event, error);
      return;
    }
    const { configuration, config } = described;
    const done = async (condition: Condition, answer?: Answer): Promise<void> => {
      const finished = { event, configuration, condition, ...(answer && { answer }) };
      await parts.finish(finished, config);
      kept.delete(event.requestId);
    };
    // With nothing reserved for it Lambda does not even try.
    if (parts.reservedOf(event.target.functionName) === 0) return done('ZeroReservedConcurrency');
    if (ageMs(event) > (config.maximumEventAgeSeconds ?? LONGEST_AGE_SECONDS) * 1000) return done('EventAgeExceeded');

    let answer: Answer;
    try {
      answer = await parts.invoke({
        target: event.target,
        kind: 'asynchronous',
        requestId: event.requestId,
        event: event.payload,
        since: event.enqueuedAt,
        ...(event.traceHeader !== undefined && { traceHeader: event.traceHeader }),
      });
    } catch (error) {
      if (stopping.aborted) return undefined; // it is kept for the next start
      refused(event, error);
      return undefined;
    }
    // A process that was ended because the cloud stops is no failure of the function.
    if (stopping.aborted && answer.outcome === 'crashed') return undefined;
    event.invokeCount += 1;
    event.refusals = 0;
    if (answer.outcome === 'succeeded') return done('Success', answer);
    event.failures += 1;
    const retries = config.maximumRetryAttempts ?? 2;
    if (event.failures > retries) return done('RetriesExhausted', answer);

    const inMs = RETRY_MS * event.failures;
    const { requestId } = event;
    const { functionName } = configuration;
    const error = messageOf(answer.payload);
    observe({ type: 'retry-scheduled', functionName, requestId, retry: event.failures, of: retries, inMs, error });
    later(event, inMs);
    return undefined;
  }

  function later(event: QueuedEvent, ms: number): void {
    event.dueAt = now() + ms / clock.factor;
    kept.set(event.requestId, event);
    void clock.wait(ms, stopping).then(() => {
      event.savedMs += ms - ms / clock.factor;
      if (!stopping.aborted) enlist(event);
    });
  }

  /** Throttled, or a fault of ours: back into the queue, which is read more slowly; no retry is used up. */
  function refused(event: QueuedEvent, error: unknown): void {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') {
      drop(event, error);
      return;
    }
    const { functionName } = event.target;
    event.refusals += 1;
    kept.set(event.requestId, event);
    const throttled = error instanceof AwsError && error.status === 429;
    if (!throttled) observe({ type: 'note', text: `${functionName}: ${String(error)} The event is tried again.` });
    insert(event);
    if (paused.has(functionName)) return;
    const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(event.refusals - 1, 20));
    void pause(functionName, backOff, throttled);
  }

  /** Stops reading a function's events for a while; a throttled function's for no longer than until a place is free. */
  async function pause(functionName: string, ms: number, throttled: boolean): Promise<void> {
    paused.add(functionName);
    const began = now();
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, stopping]);
    await Promise.race([clock.wait(ms, signal), ...(throttled ? [concurrency.someEnd(signal)] : [])]);
    over.abort();
    const savedMs = (now() - began) * (clock.factor - 1);
    for (const event of ready.get(functionName) ?? []) event.savedMs += savedMs;
    paused.delete(functionName);
    pump(functionName);
  }

  function drop(event: QueuedEvent, error: unknown): void {
    kept.delete(event.requestId);
    const { functionName } = event.target;
    const reason = error instanceof Error ? error.message : String(error);
    observe({ type: 'event-dropped', from: functionName, to: 'nowhere', reason });
  }

  return {
    /** Takes an event; returns its request id. From here on it is lost only with the process, and not even so where state is kept. */
    add: (target: FunctionReference, payload: string, traceHeader?: string, requestId = random.uuid()): string => {
      // No two have the same: age is the order.
      newest = Math.max(now(), newest + 0.001);
      const enqueuedAt = newest;
      const event: QueuedEvent = {
        requestId,
        target,
        payload,
        enqueuedAt,
        savedMs: 0,
        invokeCount: 0,
        failures: 0,
        refusals: 0,
        dueAt: enqueuedAt,
        ...(traceHeader !== undefined && { traceHeader }),
      };
      kept.set(event.requestId, event);
      enlist(event);
      return requestId;
    },
    /** Takes up what the last run left. */
    start: (): void => {
      for (const [, event] of kept.entries()) {
        const left = (event.dueAt - now()) * clock.factor;
        if (left > 0) later(event, left);
        else enlist(event);
      }
    },
    /** How many events are in the queue, waiting and in work. */
    size: (): number => kept.size,
  };
}
