import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { eventually } from '../../src/testing/eventually.ts';
import { createClock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import { createRandom } from '../../src/core/random.ts';
import { createEvents } from '../../src/services/eventbridge/eventbridge.ts';
import { createIam } from '../../src/services/iam/iam.ts';
import { createGateway } from '../../src/wire/gateway.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:ship';
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
const stopping = new AbortController();
const deliveries: Delivery[] = [];
let stop: () => Promise<void>;
let client: EventBridgeClient;
let asWorker: EventBridgeClient;

beforeAll(async () => {
  const context = {
    region: 'us-east-1',
    accountId: '000000000000',
    clock: createClock(),
    random: createRandom(1),
    observe: () => undefined,
    deliver: async (delivery: Delivery) => void deliveries.push(delivery),
    stopping: stopping.signal,
    endpoint: () => '',
  };
  const iam = createIam(context);
  const events = createEvents(context);
  events.create({
    name: 'paid',
    description: 'orders that are paid',
    enabled: true,
    pattern: '{"source":["shop"]}',
    targets: [{ id: 'ship', arn: FUNCTION, input: '1', maximumEventAgeSeconds: 60, maximumRetryAttempts: 0 }],
  });
  events.create({ name: 'nightly', enabled: false, expression: 'cron(0 3 * * ? *)', targets: [] });
  const { arn } = iam.roles.create({
    name: 'Worker',
    path: '/',
    maxSessionDuration: 3600,
    trustPolicy: {
      Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    },
    policies: {
      put: {
        Statement: {
          Effect: 'Allow',
          Action: 'events:PutEvents',
          Resource: BUS,
          Condition: { StringEquals: { 'events:source': 'shop' } },
        },
      },
    },
    tags: {},
  });
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [events.api],
    resolveCaller: iam.callerOf,
    observe: () => undefined,
    random: context.random,
  });
  const options = { endpoint: gateway.endpoint, region: 'us-east-1', maxAttempts: 1 };
  client = new EventBridgeClient({ ...options, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  asWorker = new EventBridgeClient({ ...options, credentials: iam.credentialsFor(arn) });
  stop = async () => {
    stopping.abort();
    client.destroy();
    asWorker.destroy();
    await gateway.close();
  };
});
afterAll(() => stop());

test('events are put, each for itself: the answer says which are not', async () => {
  deliveries.length = 0;
  const { FailedEntryCount, Entries = [] } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          Source: 'shop',
          DetailType: 'order',
          Detail: '{"state":"paid"}',
          EventBusName: 'default',
          Time: new Date(5000),
        },
        { Source: 'shop', DetailType: 'order', Detail: '{"state":' },
        { Source: 'shop', DetailType: 'order', Detail: '[]' },
        { Source: 'shop', Detail: '{}' },
        { Source: 'aws.s3', DetailType: 'order', Detail: '{}' },
        { Source: 'other', DetailType: 'order', Detail: '{}', EventBusName: BUS },
      ],
    }),
  );
  expect(FailedEntryCount).toBe(4);
  expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'MalformedDetail',
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
    undefined,
  ]);
  expect(Entries[3]?.ErrorMessage).toBe(
    'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
  );
  expect(Entries[0]?.EventId).toMatch(/^[0-9a-f-]{36}$/);
  await eventually('the rule has delivered', () => deliveries.length > 0);
  expect(deliveries.map(({ to, body }) => [to, body])).toEqual([[FUNCTION, '1']]);
});

test('a request is refused as a whole when it has too many entries or is too large, and on a bus that is not there', async () => {
  const entry = { Source: 'shop', DetailType: 'order', Detail: '{}' };
  await expect(client.send(new PutEventsCommand({ Entries: Array(11).fill(entry) }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  const large = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) };
  await expect(client.send(new PutEventsCommand({ Entries: [large, large] }))).rejects.toThrow(
    'Total size of the entries in the request is over the limit',
  );
  await expect(
    client.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName: 'orders' }] })),
  ).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('the event bus orders') });
});

test('a role puts events where its policies let it, by their source too', async () => {
  const put = (Source: string) =>
    asWorker.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'order', Detail: '{}' }] }));
  await expect(put('shop')).resolves.toMatchObject({ FailedEntryCount: 0 });
  await expect(put('other')).rejects.toThrow(`is not authorized to perform: events:PutEvents on resource: ${BUS}`);
});

test('rules are read, patterns tried; making rules is left to stacks, by name', async () => {
  expect(await client.send(new DescribeRuleCommand({ Name: 'paid' }))).toMatchObject({
    Arn: 'arn:aws:events:us-east-1:000000000000:rule/paid',
    Description: 'orders that are paid',
    EventPattern: '{"source":["shop"]}',
    State: 'ENABLED',
  });
  const { Rules } = await client.send(new ListRulesCommand({ NamePrefix: 'night' }));
  expect(Rules).toMatchObject([{ Name: 'nightly', ScheduleExpression: 'cron(0 3 * * ? *)', State: 'DISABLED' }]);
  const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'paid' }));
  expect(Targets).toEqual([
    {
      Id: 'ship',
      Arn: FUNCTION,
      Input: '1',
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
    },
  ]);
  await expect(client.send(new DescribeRuleCommand({ Name: 'none' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const event = { id: '1', account: '1', source: 'shop', time: '', region: '', resources: [], 'detail-type': 'order' };
  const tried = (EventPattern: string, Event: object) =>
    client.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(Event) }));
  expect((await tried('{"source":["shop"]}', event)).Result).toBe(true);
  expect((await tried('{"source":["store"]}', event)).Result).toBe(false);
  await expect(tried('{"source":["shop"]}', { source: 'shop' })).rejects.toThrow('it lacks id, account');
  await expect(tried('{"source":"shop"}', event)).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  await expect(client.send(new PutRuleCommand({ Name: 'x', EventPattern: '{}' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('events:PutRule'),
  });
});
