import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Child } from './child.ts';

/** What transfers took: seconds by the clock, and of the server's processor time. */
export type Taken = { seconds: number; cpuSeconds: number };

/** Work that did not arrive, or not as it was sent. */
export class LostWorkError extends Error {
  override name = 'LostWorkError';
}

const AT_ONCE = 16;
const BODY_BYTES = 100_000;
/** Below the function's timeout, and longer than it takes to queue a thousand events. */
const HELD_MS = 9000;

function config({ endpoint }: Child) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
}

async function taken(child: Child, work: () => Promise<void>): Promise<Taken> {
  const cpu = child.cpuSeconds();
  const began = performance.now();
  await work();
  return { seconds: (performance.now() - began) / 1000, cpuSeconds: child.cpuSeconds() - cpu };
}

/** Does something `count` times, so many at once. */
async function many(count: number, one: (index: number) => Promise<unknown>, atOnce = AT_ONCE): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Uploads objects of 100 KB into a bucket; what the bucket tells of is checked by `queued`. */
export async function putObjects(child: Child, count: number): Promise<Taken> {
  const client = new S3Client({ ...config(child), forcePathStyle: true });
  const bucket = child.outputs['Uploads'] ?? 'bare';
  const bodies = Array.from({ length: AT_ONCE }, (_, index) => Buffer.alloc(BODY_BYTES, index + 1));
  const put = (prefix: string, index: number): Promise<unknown> => {
    const Body = bodies[index % AT_ONCE] ?? Buffer.alloc(0);
    return client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/${String(index)}`, Body }));
  };
  await many(50, (index) => put('warm-up', index));
  const result = await taken(child, () => many(count, (index) => put('many', index)));
  client.destroy();
  return result;
}

/** Throws LostWorkError unless each upload's notification is in the queue. */
export async function expectNotifications(child: Child, count: number): Promise<void> {
  const told = new Set<string>();
  await receiveAll(child, child.outputs['Events'] ?? '', count, (body) => {
    const { Records: records = [] } = JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] };
    for (const { s3 } of records) told.add(s3.object.key);
    return told.size;
  });
}

/** Sends messages, receives them ten at a time and deletes each: 4,200 requests for 2,000 messages. Throws LostWorkError. */
export async function passMessages(child: Child, count: number): Promise<Taken> {
  const client = new SQSClient(config(child));
  const QueueUrl = child.outputs['Messages'] ?? `${child.endpoint}/000000000000/bare`;
  const pass = async (number: number): Promise<void> => {
    await many(number, (index) =>
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: `message ${String(index)}` })),
    );
    const received = new Set<string>();
    await many(number / 10 + AT_ONCE, async () => {
      if (received.size >= number) return;
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body: body = '', ReceiptHandle } of messages) {
        received.add(body);
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    });
    if (received.size !== number) throw new LostWorkError(`${String(number - received.size)} messages were lost.`);
  };
  await pass(50);
  const result = await taken(child, () => pass(count));
  client.destroy();
  return result;
}

/** Milliseconds that each warm synchronous invocation takes beyond the function's own time. */
export async function invokeWarm(child: Child, count: number): Promise<number[]> {
  const client = new LambdaClient(config(child));
  const FunctionName = child.outputs['Echo'] ?? 'bare';
  const added: number[] = [];
  for (let index = -20; index < count; index++) {
    const began = performance.now();
    const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: '{"hello":"world"}' }));
    const ms = performance.now() - began;
    const { ownMs } = JSON.parse(Buffer.from(Payload ?? []).toString()) as { ownMs?: number };
    if (ownMs === undefined) throw new LostWorkError('An invocation did not answer what the function returned.');
    if (index >= 0) added.push(ms - ownMs);
  }
  client.destroy();
  return added;
}

/** Milliseconds from the moment before a message is sent to that in which the function begins, warm, one at a time. */
export async function sendToHandler(child: Child, count: number): Promise<number[]> {
  const client = new SQSClient(config(child));
  const QueueUrl = child.outputs['Work'] ?? '';
  const times = await untilBegun(child, count, () =>
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'work' })),
  );
  client.destroy();
  return times;
}

/** The same from an upload, by way of a topic. */
export async function putToHandler(child: Child, count: number): Promise<number[]> {
  const client = new S3Client({ ...config(child), forcePathStyle: true });
  const Bucket = child.outputs['Uploads'] ?? '';
  const Body = Buffer.alloc(BODY_BYTES, 1);
  const times = await untilBegun(child, count, (index) =>
    client.send(new PutObjectCommand({ Bucket, Key: `one/${String(index)}`, Body })),
  );
  client.destroy();
  return times;
}

async function untilBegun(child: Child, count: number, cause: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = -3; index < count; index++) {
    const before = (await began(child)).length;
    const at = process.hrtime.bigint();
    await cause(index);
    const begun = await within(30, async () => (await began(child))[before]);
    if (begun === undefined) throw new LostWorkError('A function was not invoked within 30 s.');
    if (index >= 0) times.push(Number(begun - at) / 1e6);
    await setTimeout(20);
  }
  return times;
}

/** The moments in which the function `Witness` has begun, as its log tells. */
async function began(child: Child): Promise<bigint[]> {
  return [...(await logOf(child, 'Witness')).matchAll(/\tbegan (\d+)$/gm)].map(([, at = '0']) => BigInt(at));
}

async function logOf(child: Child, name: string): Promise<string> {
  const file = join(child.folder, 'state', 'logs', `aws-lambda-${child.outputs[name] ?? ''}.log`);
  return readFile(file, 'utf8').catch(() => '');
}

/**
 * Queues asynchronous events for a function, one after the other, while other work holds its processes. `lost` did not succeed;
 * `outOfOrder` is the largest number of younger events that began before an older one.
 */
export async function queueEvents(
  child: Child,
  count: number,
): Promise<{ seconds: number; lost: number; outOfOrder: number; waiting: number }> {
  const client = new LambdaClient(config(child));
  const FunctionName = child.outputs['Slow'] ?? '';
  const invokeAll = (event: object): Promise<void> =>
    many(4, () => client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) })), 4);
  await invokeAll({ ms: 500 });
  const startsIn = (log: string): string[] => [...log.matchAll(/^START RequestId: (\S+)/gm)].map(([, id = '']) => id);
  const held = invokeAll({ ms: HELD_MS });
  await setTimeout(500);
  const before = startsIn(await logOf(child, 'Slow')).length;
  const ids: string[] = [];
  await many(
    count,
    async (index) => {
      const { $metadata } = await client.send(
        new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify({ index }) }),
      );
      ids.push($metadata.requestId ?? '');
    },
    1,
  );
  const waiting = count + before - startsIn(await logOf(child, 'Slow')).length;
  await held;
  const start = performance.now();
  const done = new Set<number>();
  const received = receiveAll(child, child.outputs['Done'] ?? '', count, (body) => {
    done.add((JSON.parse(body) as { requestPayload: { index: number } }).requestPayload.index);
    return done.size;
  });
  await received.catch((error: unknown) => {
    if (!(error instanceof LostWorkError)) throw error;
  });
  const seconds = (performance.now() - start) / 1000;
  client.destroy();
  return { seconds, lost: count - done.size, outOfOrder: disorder(ids, startsIn(await logOf(child, 'Slow'))), waiting };
}

/** The largest number of younger ones that came before an older one. */
function disorder(byAge: readonly string[], started: readonly string[]): number {
  const place = new Map(started.toReversed().map((id, index) => [id, started.length - index]));
  const places = byAge.map((id) => place.get(id) ?? Infinity);
  return places.reduce((most, own, index) => {
    const younger = places.slice(index + 1).filter((other) => other < own).length;
    return Math.max(most, younger);
  }, 0);
}

/** Receives and deletes until `take` has seen `count`. Throws LostWorkError after half a minute without a message. */
async function receiveAll(
  child: Child,
  QueueUrl: string,
  count: number,
  take: (body: string) => number,
): Promise<void> {
  const client = new SQSClient(config(child));
  for (let seen = 0; seen < count;) {
    const { Messages: messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
    );
    if (messages === undefined) throw new LostWorkError(`Of ${String(count)} only ${String(seen)} arrived.`);
    for (const { Body: body = '', ReceiptHandle } of messages) {
      seen = take(body);
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  client.destroy();
}

async function within<T>(seconds: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > deadline) return found;
    await setTimeout(5);
  }
}
