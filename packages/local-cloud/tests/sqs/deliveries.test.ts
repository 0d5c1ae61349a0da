import { afterEach, expect, test } from '@jest/globals';
import { createClock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import { openQueue } from '../../src/services/sqs/queue.ts';
import { defaults } from '../../src/services/sqs/queue-settings.ts';
import { openStore } from '../../src/core/store.ts';
import { startMessaging, type Messaging } from '../support/messaging.ts';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const topicArn = 'arn:aws:sns:us-east-1:000000000000:uploads';
const never = new AbortController().signal;

let cloud: Messaging;
afterEach(() => cloud.stop());

const delivery: Delivery = {
  to: queueArn,
  from: { service: 'sns.amazonaws.com', arn: topicArn },
  body: 'hello',
  attributes: { bytes: { dataType: 'Binary', binaryValue: Uint8Array.of(1, 255) } },
  traceHeader: 'Root=1',
};

async function start(statement?: object, factor = 1): Promise<void> {
  cloud = await startMessaging({ clock: createClock(factor) });
  const Policy = statement && {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      ...statement,
    },
  };
  cloud.sqs.queues.create('jobs', { VisibilityTimeout: 60, ...(Policy && { Policy }) });
}

test('a queue lets in the service that its policy names, for the source that it names', async () => {
  await start({ Condition: { ArnEquals: { 'aws:SourceArn': topicArn } } });
  await cloud.sqs.acceptDelivery(delivery);
  const [message] = await cloud.sqs.queueReader().receive(queueArn, { max: 10, waitMs: 0, signal: never });
  expect(message).toMatchObject({
    body: 'hello',
    md5OfBody: '5d41402abc4b2a76b9719d911017c592',
    attributes: { ApproximateReceiveCount: '1', AWSTraceHeader: 'Root=1' },
    messageAttributes: { bytes: { dataType: 'Binary', binaryValue: Buffer.of(1, 255) } },
  });
  const denied = { code: 'AccessDenied' };
  const from = { service: 'sns.amazonaws.com', arn: `${topicArn}-other` };
  await expect(cloud.sqs.acceptDelivery({ ...delivery, from })).rejects.toMatchObject(denied);
  await expect(
    cloud.sqs.acceptDelivery({ ...delivery, from: { ...delivery.from, service: 's3.amazonaws.com' } }),
  ).rejects.toMatchObject(denied);
});

test('a queue without a policy lets no service in, and one that is not there says so', async () => {
  await start();
  await expect(cloud.sqs.acceptDelivery(delivery)).rejects.toMatchObject({ code: 'AccessDenied' });
  await expect(cloud.sqs.acceptDelivery({ ...delivery, to: `${queueArn}-not` })).rejects.toMatchObject({
    code: 'QueueDoesNotExist',
  });
});

test('what was refused leaves nothing behind', async () => {
  await start({});
  await expect(cloud.sqs.acceptDelivery({ ...delivery, body: '' })).rejects.toMatchObject({ status: 400 });
  expect(cloud.sqs.queues.byArn(queueArn).messages.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test('a poller deletes, shows again and gives up waiting', async () => {
  await start({});
  const reader = cloud.sqs.queueReader();
  const receive = () => reader.receive(queueArn, { max: 10, waitMs: 0, signal: never });
  await cloud.sqs.acceptDelivery(delivery);
  const [first] = await receive();
  expect(await receive()).toEqual([]);
  await reader.changeVisibility(queueArn, first?.receiptHandle ?? '', 0);
  const [second] = await receive();
  expect(second?.attributes['ApproximateReceiveCount']).toBe('2');
  await reader.delete(queueArn, second?.receiptHandle ?? '');
  expect(await receive()).toEqual([]);

  const waiting = new AbortController();
  const polled = reader.receive(queueArn, { max: 1, waitMs: 20_000, signal: waiting.signal });
  waiting.abort();
  expect(await polled).toEqual([]);
  await cloud.sqs.acceptDelivery(delivery);
  expect(await receive()).toHaveLength(1);
});

test('only what nobody works on any more is shown again the faster for the clock', async () => {
  await start({}, 6000);
  const reader = cloud.sqs.queueReader();
  await cloud.sqs.acceptDelivery(delivery);
  const [message] = await reader.receive(queueArn, { max: 1, waitMs: 0, signal: never });
  expect(await reader.receive(queueArn, { max: 1, waitMs: 50, signal: never })).toEqual([]);
  await reader.release(queueArn, message?.receiptHandle ?? '');
  expect(await reader.receive(queueArn, { max: 1, waitMs: 5000, signal: never })).toHaveLength(1);
});

test('several pollers share what is there, no message twice', async () => {
  await start({});
  const reader = cloud.sqs.queueReader();
  const polls = Array.from({ length: 5 }, () => reader.receive(queueArn, { max: 3, waitMs: 1000, signal: never }));
  for (let n = 0; n < 15; n++) await cloud.sqs.acceptDelivery({ ...delivery, body: String(n) });
  const rest = await Promise.all(polls);
  const more = await Promise.all(
    Array.from({ length: 5 }, () => reader.receive(queueArn, { max: 10, waitMs: 0, signal: never })),
  );
  const bodies = [...rest, ...more].flat().map(({ body }) => body);
  expect(bodies.length).toBe(15);
  expect(new Set(bodies).size).toBe(15);
});

test('with too many in flight a short poll is refused and a long one waits', async () => {
  await start();
  const limited = openQueue({
    arn: queueArn,
    settings: () => ({ ...defaults, VisibilityTimeout: 1 }),
    messages: openStore(undefined),
    context: cloud.context,
    deadLetter: () => false,
    inFlightLimit: 2,
  });
  for (const body of ['a', 'b', 'c']) limited.send({ body, attributes: {}, senderId: 'me' });
  expect(await limited.receive({ max: 10, waitMs: 0 })).toHaveLength(2);
  await expect(limited.receive({ max: 10, waitMs: 0 })).rejects.toMatchObject({ code: 'OverLimit' });
  expect(await limited.receive({ max: 1, waitMs: 5000 })).toHaveLength(1);
});

test('stopping the cloud ends every poll', async () => {
  await start({});
  const polled = cloud.sqs.queueReader().receive(queueArn, { max: 1, waitMs: 20_000, signal: never });
  await cloud.stop();
  expect(await polled).toEqual([]);
});
