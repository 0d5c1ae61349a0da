import { CreateBucketCommand, PutBucketLifecycleConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { AwsError } from '../../src/core/aws-error.ts';
import { createClock, type Clock } from '../../src/core/clock.ts';
import { createRandom } from '../../src/core/random.ts';
import { createLogs } from '../../src/services/logs/logs.ts';
import { createFanOut } from '../../src/services/sns/fan-out.ts';
import type { Subscription } from '../../src/services/sns/topics.ts';
import { openQueue } from '../../src/services/sqs/queue.ts';
import { defaults } from '../../src/services/sqs/queue-settings.ts';
import { writeReceipt } from '../../src/services/sqs/receipt.ts';
import { openStore } from '../../src/core/store.ts';
import { startS3 } from '../s3/cloud.ts';
import { eventually } from '../support/messaging.ts';

const factor = 60;

/** A clock whose real time goes on when the test says so; what is waited for, in the cloud's time and in real time, is written down. */
function handClock() {
  let now = Date.UTC(2026, 4, 1);
  const waits: { waited: number[]; worked: number[] } = { waited: [], worked: [] };
  const clock: Clock = {
    factor,
    aheadMs: () => 0,
    now: () => new Date(now),
    wait: async (ms) => void waits.waited.push(ms),
    work: async (ms) => void waits.worked.push(ms),
  };
  return { clock, ...waits, pass: (ms: number) => void (now += ms) };
}

function queueOn(clock: Clock) {
  return openQueue({
    arn: 'arn:aws:sqs:us-east-1:000000000000:q',
    settings: () => ({ ...defaults, VisibilityTimeout: 30, MessageRetentionPeriod: 3600 }),
    messages: openStore(undefined),
    context: {
      clock,
      random: createRandom(1),
      observe: () => undefined,
      stopping: new AbortController().signal,
    },
    deadLetter: () => false,
  });
}

const draft = { body: 'x', attributes: {}, senderId: 'me' };

test('a message’s delay and retention are waits: an hour takes a minute', () => {
  const { clock, pass } = handClock();
  const queue = queueOn(clock);
  queue.send({ ...draft, delaySeconds: 60 });
  pass(999);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  pass(1);
  expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  pass(58_999);
  expect(queue.counts().visible).toBe(1);
  pass(2);
  expect(queue.counts().visible).toBe(0);
});

test('the visibility of a message in work is work, until nobody works on it any more', async () => {
  const { clock, pass } = handClock();
  const queue = queueOn(clock);
  queue.send(draft);
  const receive = async () => (await queue.receive({ max: 1, waitMs: 0 }))[0];
  expect(await receive()).toBeDefined();
  pass(29_999);
  expect(await receive()).toBeUndefined();
  pass(1);
  const { id = '', receipt } = (await receive()) ?? {};
  pass(18_000);
  queue.release(writeReceipt({ messageId: id, receiptId: receipt?.id ?? '' }));
  // 12 seconds were left: a fifth of one.
  pass(199);
  expect(await receive()).toBeUndefined();
  pass(1);
  expect(await receive()).toBeDefined();
});

test('a long poll is its client’s work', async () => {
  const { clock, worked, waited } = handClock();
  const stopped = new AbortController();
  const queue = queueOn({
    ...clock,
    work: async (ms) => {
      worked.push(ms);
      stopped.abort();
    },
  });
  await queue.receive({ max: 1, waitMs: 20_000, signal: stopped.signal });
  expect({ worked, waited }).toEqual({ worked: [20_000], waited: [] });
});

test('the retries of SNS are waits', async () => {
  const { clock, waited, worked } = handClock();
  const stopping = new AbortController();
  let attempts = 0;
  const fanOut = createFanOut({
    region: 'us-east-1',
    accountId: '000000000000',
    clock,
    random: createRandom(1),
    observe: () => undefined,
    stopping: stopping.signal,
    endpoint: () => 'http://127.0.0.1:4566',
    deliver: async () => {
      attempts += 1;
      if (attempts === 16) stopping.abort();
      throw new AwsError('InternalFailure', 'not now', 500);
    },
  });
  const topicArn = 'arn:aws:sns:us-east-1:000000000000:t';
  const subscription = {
    arn: `${topicArn}:1`,
    topicArn,
    protocol: 'sqs',
    endpoint: 'arn:aws:sqs:us-east-1:000000000000:q',
    settings: { RawMessageDelivery: true, FilterPolicyScope: 'MessageAttributes' },
  } as Subscription;
  const published = { messageId: '1', topicArn, messages: { default: 'x' }, attributes: {}, publishedAt: clock.now() };
  fanOut(subscription, published);
  await eventually(() => (stopping.signal.aborted ? true : undefined));
  expect(waited.slice(0, 3)).toEqual([0, 0, 0]);
  expect(waited.slice(3).every((ms) => ms >= 750 && ms <= 25_000)).toBe(true);
  expect({ waits: waited.length, worked }).toEqual({ waits: 15, worked: [] });
});

test('an event that S3 cannot deliver is tried again for a day of the cloud’s time, and then dropped loudly', async () => {
  const cloud = await startS3({
    clock: createClock(500_000),
    deliver: async ({ body }) => {
      if (!body.includes('s3:TestEvent')) throw new Error('the topic is away');
    },
  });
  try {
    await cloud.s3.createBucket('told', {
      notifications: [
        {
          id: 'all',
          destination: 'topic',
          arn: 'arn:aws:sns:us-east-1:000000000000:t',
          events: ['s3:ObjectCreated:*'],
          prefix: '',
          suffix: '',
        },
      ],
    });
    await cloud.client.send(new PutObjectCommand({ Bucket: 'told', Key: 'a', Body: 'a' }));
    const dropped = await eventually(() => cloud.observed.find(({ type }) => type === 'event-dropped'));
    expect(dropped).toMatchObject({ reason: 'the topic is away' });
  } finally {
    await cloud.stop();
  }
});

test('the days of a lifecycle rule are waits', async () => {
  const cloud = await startS3({ clock: createClock(1_000_000) });
  try {
    const Bucket = 'short';
    await cloud.client.send(new CreateBucketCommand({ Bucket }));
    await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
    await cloud.client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: 'one', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
        },
      }),
    );
    const removed = await eventually(() => cloud.observed.find(({ type }) => type === 'object-removed'));
    expect(removed).toMatchObject({ key: 'a', event: 'LifecycleExpiration:Delete' });
  } finally {
    await cloud.stop();
  }
});

test('how long a log group keeps its events is a wait', () => {
  const { clock, pass } = handClock();
  const logs = createLogs({ region: 'us-east-1', accountId: '000000000000', clock });
  logs.create('group', 1);
  logs.write({ group: 'group', stream: 's', timestamp: clock.now().getTime(), message: 'm' });
  const events = () => logs.streams('group').flatMap((stream) => stream.events).length;
  pass((24 * 3600_000) / factor);
  expect(events()).toBe(1);
  pass(1);
  expect(events()).toBe(0);
});
