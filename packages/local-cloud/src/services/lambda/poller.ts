import { AwsError } from '../../core/aws-error.ts';
import { matchesPattern } from '../../matching/event-pattern.ts';
import type { QueueReader, ReceivedMessage } from '../../delivery/queue-reader.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Concurrency } from './concurrency.ts';
import type { Mapping } from './event-source-mappings.ts';
import type { Answer, Invoke } from './invoke.ts';
import { failedMessages } from './partial-batch.ts';
import { sqsRecord, type SqsRecord } from './sqs-records.ts';

export type PollerParts = {
  context: ServiceContext;
  queues: QueueReader;
  invoke: Invoke;
  concurrency: Concurrency;
  /** Is there a process for one more batch? */
  hasRoom: (mapping: Mapping) => boolean;
  /** Throws AwsError AccessDenied where the function's role may not take from the queue any more. */
  checkRole: (mapping: Mapping) => void;
};

const LONG_POLL_MS = 20_000;
const LOOK_AGAIN_MS = 20;
const AFTER_AN_ERROR_MS = 1000;
/** SQS gives at most ten at once. */
const LARGEST_RECEIVE = 10;
/** An event has at most 6 MB. */
const LARGEST_EVENT = 6 * 1024 * 1024;

/** Takes messages from a mapping's queue and hands them to its function in batches, until `ended` aborts. */
export function createPoller(parts: PollerParts) {
  const { context, queues, concurrency } = parts;
  const { clock, observe, region } = context;

  return async (mapping: Mapping, ended: AbortSignal): Promise<void> => {
    let batches = 0;
    /** Aborts when a batch is done with: there may be room at once. */
    let done = new AbortController();
    let lastReported: string | undefined;
    while (!ended.aborted) {
      try {
        if (!hasRoom(mapping, batches)) {
          await clock.work(LOOK_AGAIN_MS, AbortSignal.any([done.signal, ended]));
          continue;
        }
        parts.checkRole(mapping);
        const messages = await gather(mapping, ended);
        lastReported = undefined;
        if (messages.length === 0) continue;
        batches += 1;
        void work(mapping, messages, ended).finally(() => {
          batches -= 1;
          done.abort();
          done = new AbortController();
        });
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (why !== lastReported)
          observe({ type: 'note', text: `The messages of ${mapping.queueArn} cannot be taken: ${why}` });
        lastReported = why;
        await clock.wait(AFTER_AN_ERROR_MS, ended);
      }
    }
  };

  // Nothing is received that could not start at once: a message that waits here spends its visibility, and its receives.
  function hasRoom(mapping: Mapping, batches: number): boolean {
    if (batches >= (mapping.maximumConcurrency ?? Infinity)) return false;
    return concurrency.free(mapping.target.functionName) > 0 && parts.hasRoom(mapping);
  }

  /** One batch: what one receive gives, or, with a window, what comes until the batch is full or the window over. */
  async function gather(
    { queueArn, batchSize, windowSeconds }: Mapping,
    ended: AbortSignal,
  ): Promise<ReceivedMessage[]> {
    const receive = (held: number, waitMs: number, signal: AbortSignal): Promise<ReceivedMessage[]> =>
      queues.receive(queueArn, { max: Math.min(LARGEST_RECEIVE, batchSize - held), waitMs, signal });
    const messages = await receive(0, LONG_POLL_MS, ended);
    if (windowSeconds === 0 || messages.length === 0) return messages;
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, ended]);
    const window = clock.wait(windowSeconds * 1000, signal).then(() => over.abort());
    while (messages.length < batchSize && !signal.aborted) {
      messages.push(...(await receive(messages.length, LONG_POLL_MS, signal)));
    }
    over.abort();
    await window;
    return messages;
  }

  async function work(mapping: Mapping, messages: ReceivedMessage[], ended: AbortSignal): Promise<void> {
    const { queueArn } = mapping;
    const records = messages.map((message) => ({ message, record: sqsRecord(message, queueArn, region) }));
    const wanted = records.filter(({ record }) => passes(mapping, record));
    const unwanted = records.filter((one) => !wanted.includes(one));
    // What no filter lets through is deleted: the function never sees it.
    await Promise.all(unwanted.map(({ message }) => remove(mapping, message)));
    for (const batch of split(wanted)) await handOver(mapping, batch, ended);
  }

  async function handOver(
    mapping: Mapping,
    batch: readonly { message: ReceivedMessage; record: SqsRecord }[],
    ended: AbortSignal,
  ): Promise<void> {
    const answer = await invokeUntilTaken(
      mapping,
      batch.map(({ record }) => record),
      ended,
    );
    const ids = batch.map(({ message }) => message.messageId);
    const failed =
      answer?.outcome !== 'succeeded'
        ? new Set(ids)
        : mapping.reportBatchItemFailures
          ? failedMessages(answer.payload, ids)
          : new Set<string>();
    await Promise.all(
      batch.map(async ({ message }) => {
        if (!failed.has(message.messageId)) await remove(mapping, message);
        else await queues.release(mapping.queueArn, message.receiptHandle);
      }),
    ).catch((error: unknown) => {
      if (!ended.aborted) observe({ type: 'note', text: `${mapping.queueArn}: ${String(error)}` });
    });
  }

  /** Throttled batches are tried again, since other work may have taken the place meanwhile. Undefined: given up. */
  async function invokeUntilTaken(
    mapping: Mapping,
    records: SqsRecord[],
    ended: AbortSignal,
  ): Promise<Answer | undefined> {
    const [first] = records;
    const traceHeader = first?.attributes.AWSTraceHeader;
    while (!ended.aborted) {
      try {
        return await parts.invoke({
          target: mapping.target,
          kind: 'poll',
          requestId: context.random.uuid(),
          event: JSON.stringify({ Records: records }),
          ...(traceHeader !== undefined && { traceHeader }),
        });
      } catch (error) {
        if (!(error instanceof AwsError && error.status === 429)) {
          observe({ type: 'note', text: `${mapping.target.functionName}: ${String(error)}` });
          return undefined;
        }
        const over = new AbortController();
        const signal = AbortSignal.any([over.signal, ended]);
        await Promise.race([concurrency.someEnd(signal), clock.wait(AFTER_AN_ERROR_MS, signal)]);
        over.abort();
      }
    }
    return undefined;
  }

  async function remove({ queueArn }: Mapping, { receiptHandle }: ReceivedMessage): Promise<void> {
    await queues.delete(queueArn, receiptHandle);
  }
}

/** Does some filter let the record through? `body` is compared as JSON where it is some. */
function passes({ filters }: Mapping, record: SqsRecord): boolean {
  if (filters.length === 0) return true;
  let body: unknown = record.body;
  try {
    body = JSON.parse(record.body);
  } catch {
    // Plain text is compared as text.
  }
  return filters.some((filter) => matchesPattern(filter, { ...record, body }));
}

/** Batches of at most 6 MB each; a message alone is never larger. */
function split<T extends { record: SqsRecord }>(records: readonly T[]): T[][] {
  const batches: T[][] = [];
  let size = Infinity;
  for (const one of records) {
    const length = Buffer.byteLength(JSON.stringify(one.record)) + 1;
    if (size + length > LARGEST_EVENT - 100) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(one);
    size += length;
  }
  return batches;
}
