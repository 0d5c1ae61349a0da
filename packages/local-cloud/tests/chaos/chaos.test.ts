import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createChaos, type Chaos } from '../../src/chaos/chaos.ts';
import { createCloud } from '../../src/cloud.ts';
import { createClock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import type { Api, WireRequest } from '../../src/wire/messages.ts';
import { code, testCloud, type TestCloud } from '../lambda/support/cloud.ts';
import { eventually } from '../support/messaging.ts';

type Made = { chaos: Chaos; events: CloudEvent[]; stopping: AbortController };

/** Chaos that has begun. */
async function chaosOf(percent: number, { seed = 1, clock = createClock(1e6) } = {}): Promise<Made> {
  const events: CloudEvent[] = [];
  const stopping = new AbortController();
  const observe = (event: CloudEvent): void => void events.push(event);
  const chaos = createChaos({ percent, clock, random: createRandom(seed), observe, stopping: stopping.signal });
  await chaos.peace(async () => undefined);
  return { chaos, events, stopping };
}

const delivery = (n: number): Delivery => ({
  to: 'arn:aws:sqs:us-east-1:000000000000:q',
  from: { service: 'sns.amazonaws.com', arn: 'arn:aws:sns:us-east-1:000000000000:t' },
  body: String(n),
});

async function deliverAll({ chaos }: Made, count: number): Promise<number[]> {
  const taken: number[] = [];
  const deliver = chaos.deliveries(async ({ body }) => void taken.push(Number(body)));
  await Promise.all(Array.from({ length: count }, (_, n) => deliver(delivery(n))));
  return taken;
}

describe('deliveries', () => {
  test('come late, out of order and twice, about as often as was asked for; none is lost', async () => {
    const made = await chaosOf(20);
    const taken = await deliverAll(made, 1000);
    const acts = (act: string) => made.events.filter((event) => event.type === 'chaos' && event.act === act).length;
    const repeated = acts('delivery-repeated');
    await eventually(() => (taken.length === 1000 + repeated ? true : undefined));
    expect(new Set(taken).size).toBe(1000);
    expect(taken).not.toEqual(taken.toSorted((a, b) => a - b));
    for (const count of [repeated, acts('delivery-delayed')]) {
      expect(count).toBeGreaterThan(130);
      expect(count).toBeLessThan(270);
    }
  });

  test('are what they are at 0 percent, and while there is peace', async () => {
    const none = await chaosOf(0);
    expect(await deliverAll(none, 200)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    const much = await chaosOf(50);
    const taken = await much.chaos.peace(() => deliverAll(much, 200));
    expect(taken).toEqual(Array.from({ length: 200 }, (_, n) => n));
    expect([...none.events, ...much.events]).toEqual([]);
  });

  test('that wait when the cloud stops are handed over at once', async () => {
    const made = await chaosOf(50, { clock: createClock(1e-3) });
    const done = deliverAll(made, 20);
    made.stopping.abort();
    expect(new Set(await done).size).toBe(20);
  });

  test('meet the same harm by the same seed, and other harm by another', async () => {
    const harm = async (seed: number): Promise<CloudEvent[]> => {
      const made = await chaosOf(30, { seed });
      await deliverAll(made, 50);
      return made.events;
    };
    expect(await harm(1)).toEqual(await harm(1));
    expect(await harm(1)).not.toEqual(await harm(2));
  });
});

describe('calls', () => {
  const request = { method: 'GET' } as WireRequest;

  test('fail with the errors of their service, most before they had an effect, some after', async () => {
    const { chaos, events } = await chaosOf(50);
    let effects = 0;
    const api: Api = chaos.api({
      signingName: 'dynamodb',
      handle: async () => {
        effects += 1;
        return { status: 200 };
      },
    });
    const outcomes: string[] = [];
    for (let n = 0; n < 400; n += 1) {
      await api
        .handle(request)
        .then(() => outcomes.push('answered'))
        .catch((error: unknown) => outcomes.push((error as { code: string }).code));
    }
    const answered = outcomes.filter((outcome) => outcome === 'answered').length;
    const lost = events.filter((event) => event.type === 'chaos' && event.act === 'answer-lost').length;
    expect(new Set(outcomes)).toEqual(
      new Set(['answered', 'InternalServerError', 'ProvisionedThroughputExceededException', 'ThrottlingException']),
    );
    expect(lost).toBeGreaterThan(10);
    expect(effects).toBe(answered + lost);
    expect(events).toHaveLength(400 - answered);
  });

  test('of a browser that asks beforehand are left alone', async () => {
    const { chaos } = await chaosOf(50);
    const api = chaos.api({ signingName: 's3', handle: async () => ({ status: 200 }) });
    for (let n = 0; n < 50; n += 1) {
      await expect(api.handle({ ...request, method: 'OPTIONS' })).resolves.toEqual({ status: 200 });
    }
  });

  test('are tried again by every SDK client until they succeed', async () => {
    const template = `${import.meta.dirname}/queue.yaml`;
    const events: CloudEvent[] = [];
    const cloud = await createCloud({ template, port: 0, chaosPercent: 40, observe: (event) => events.push(event) });
    try {
      await cloud.deploy();
      const { endpoint } = cloud;
      const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
      const clients = { ...config, maxAttempts: 20 };
      await new S3Client(clients).send(new ListBucketsCommand({}));
      await new SQSClient(clients).send(new ListQueuesCommand({}));
      await new SNSClient(clients).send(new ListTopicsCommand({}));
      await new DynamoDBClient(clients).send(new ListTablesCommand({}));
      await new LambdaClient(clients).send(new ListFunctionsCommand({}));
      expect(events.filter(({ type }) => type === 'chaos').length).toBeGreaterThan(0);
    } finally {
      await cloud.stop();
    }
  });
});

test('a message is received again while it is in work, or left alone where it is done with', async () => {
  const { chaos, events } = await chaosOf(50);
  const visible: string[] = [];
  const queues = chaos.queues({
    receive: async (_, { max }) =>
      Array.from({ length: max }, (_one, n) => ({
        messageId: String(n),
        receiptHandle: String(n),
        body: '',
        md5OfBody: '',
        attributes: {},
        messageAttributes: {},
      })),
    delete: async () => undefined,
    changeVisibility: async (_, handle, seconds) => {
      if (Number(handle) % 2 === 1) throw new Error('it is gone');
      visible.push(`${handle} after ${String(seconds)}`);
    },
    release: async () => undefined,
  });
  const signal = new AbortController().signal;
  expect(await queues.receive('queue', { max: 100, waitMs: 0, signal })).toHaveLength(100);
  await eventually(() => (events.length > 10 ? true : undefined));
  expect(visible.every((one) => /^\d*[02468] after 0$/.test(one))).toBe(true);
  expect(events).toHaveLength(visible.length);
});

describe('invocations', () => {
  let cloud: TestCloud | undefined;
  afterEach(() => cloud?.end());

  test('lose their environment in the middle, as by a failing host, and the event is retried until it succeeds', async () => {
    const { chaos, events } = await chaosOf(50, { seed: 3 });
    cloud = testCloud({ factor: 6000, environments: chaos.environments });
    const { lambda } = cloud;
    // Longer than most of the drawn times.
    cloud.create('slow', code('async () => new Promise((done) => setTimeout(done, 300, 1))'));
    for (let n = 0; n < 12; n += 1) lambda.enqueue({ functionName: 'slow' }, '{}');
    await eventually(() => (lambda.queuedEvents() === 0 ? true : undefined));
    const crashed = cloud.of('invocation-ended').filter(({ outcome }) => outcome === 'crashed');
    expect(crashed.length).toBeGreaterThan(0);
    expect(crashed.length).toBeLessThanOrEqual(events.length);
    expect(crashed[0]?.error).toMatch(/signal: killed/);
    expect(cloud.of('invocation-ended').some(({ outcome }) => outcome === 'succeeded')).toBe(true);
  });
});

test('chaos of more than half of everything is refused', () => {
  const parts = {
    clock: createClock(),
    random: createRandom(1),
    observe: () => undefined,
    stopping: new AbortController().signal,
  };
  for (const percent of [-1, 51, NaN]) expect(() => createChaos({ ...parts, percent })).toThrow(/0 to 50 percent/);
});
