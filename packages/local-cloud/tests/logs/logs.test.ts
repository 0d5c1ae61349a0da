import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { createClock } from '../../src/core/clock.ts';
import { createRandom } from '../../src/core/random.ts';
import { createLogs } from '../../src/services/logs/logs.ts';
import { createGateway, type Gateway } from '../../src/wire/gateway.ts';

const stateFolder = mkdtempSync(join(tmpdir(), 'logs-test-'));
const logs = createLogs({ region: 'us-east-1', accountId: '000000000000', clock: createClock(), stateFolder });
const now = Date.now();
let gateway: Gateway;
let client: CloudWatchLogsClient;

beforeAll(async () => {
  gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [logs.api],
    resolveCaller: () => ({ arn: 'arn:aws:iam::000000000000:root', authorize: () => undefined }),
    observe: () => undefined,
    random: createRandom(1),
  });
  client = new CloudWatchLogsClient({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  logs.create('/aws/lambda/worker', 7);
  const write = (stream: string, age: number, message: string) =>
    logs.write({ group: '/aws/lambda/worker', stream, timestamp: now - age, message });
  write('b', 4000, 'START one');
  write('a', 3000, 'ERROR broken pipe');
  write('b', 2000, 'INFO fine');
  write('a', 1000, 'ERROR again');
});
afterAll(async () => {
  await gateway.close();
  rmSync(stateFolder, { recursive: true, force: true });
});

describe('Logs', () => {
  test('are in groups with their retention', async () => {
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }));
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/aws/lambda/worker',
        retentionInDays: 7,
        arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/worker:*',
      },
    ]);
  });

  test('are in streams, the latest first when asked', async () => {
    const { logStreams } = await client.send(
      new DescribeLogStreamsCommand({ logGroupName: '/aws/lambda/worker', orderBy: 'LastEventTime', descending: true }),
    );
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['a', 'b']);
  });

  test('are read page by page, forwards from the head or backwards from the tail', async () => {
    const read = (more: object) =>
      client.send(
        new GetLogEventsCommand({ logGroupName: '/aws/lambda/worker', logStreamName: 'b', limit: 1, ...more }),
      );
    const first = await read({ startFromHead: true });
    expect(first.events?.map(({ message }) => message)).toEqual(['START one']);
    const second = await read({ nextToken: first.nextForwardToken });
    expect(second.events?.map(({ message }) => message)).toEqual(['INFO fine']);
    const end = await read({ nextToken: second.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: second.nextForwardToken });
    const tail = await read({});
    expect(tail.events?.map(({ message }) => message)).toEqual(['INFO fine']);
    const before = await read({ nextToken: tail.nextBackwardToken });
    expect(before.events?.map(({ message }) => message)).toEqual(['START one']);
  });

  test.each([
    ['', ['START one', 'ERROR broken pipe', 'INFO fine', 'ERROR again']],
    ['ERROR', ['ERROR broken pipe', 'ERROR again']],
    ['"broken pipe"', ['ERROR broken pipe']],
    ['ERROR -again', ['ERROR broken pipe']],
    ['?START ?fine', ['START one', 'INFO fine']],
  ])('are found over all streams by the words "%s", in the order of time', async (filterPattern, expected) => {
    const { events } = await client.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/worker', filterPattern }),
    );
    expect(events?.map(({ message }) => message)).toEqual(expected);
  });

  test('are found by the members of their JSON, and by regular expressions', async () => {
    const lines = ['{"level":"ERROR","ms":20}', '{"level":"ERROR","ms":5}', 'ERROR 20', '{"level":"INFO","ms":20}'];
    for (const message of lines) logs.write({ group: 'json', stream: 's', timestamp: now, message });
    const found = async (filterPattern: string) =>
      (await client.send(new FilterLogEventsCommand({ logGroupName: 'json', filterPattern }))).events?.map(
        ({ message }) => lines.indexOf(message ?? ''),
      );
    expect(await found('{ $.level = "ERROR" && $.ms > 10 }')).toEqual([0]);
    expect(await found('%ERROR.*20%')).toEqual([0, 2]);
  });

  test('are files as well', () => {
    const file = logs.fileOf('/aws/lambda/worker') ?? '';
    expect(file).toMatch(/logs\/aws-lambda-worker\.log$/);
    expect(readFileSync(file, 'utf8')).toBe('START one\nERROR broken pipe\nINFO fine\nERROR again\n');
  });

  test('are forgotten after their retention', () => {
    logs.write({ group: 'short', stream: 's', timestamp: now - 2 * 86_400_000, message: 'old' });
    logs.write({ group: 'short', stream: 's', timestamp: now, message: 'new' });
    expect(logs.streams('short')[0]?.events).toHaveLength(2);
    logs.retain('short', 1);
    expect(logs.streams('short')[0]?.events.map(({ message }) => message)).toEqual(['new']);
  });

  test('hold a bounded number of events in memory', () => {
    for (let n = 0; n < 25_000; n += 1) logs.write({ group: 'busy', stream: 's', timestamp: now, message: String(n) });
    const events = logs.streams('busy')[0]?.events ?? [];
    expect(events.length).toBeLessThanOrEqual(11_000);
    expect(events.at(-1)?.message).toBe('24999');
  });

  test('refuse what is not there or not implemented, by name', async () => {
    await expect(
      client.send(new GetLogEventsCommand({ logGroupName: 'none', logStreamName: 's' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'mine' }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('logs:CreateLogGroup'),
    });
    const filter = (filterPattern: string) =>
      client.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/worker', filterPattern }));
    await expect(filter('[ip, user, status = 4*]')).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(filter('{ $.level == "ERROR" }')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(client.send(new DescribeLogGroupsCommand({ includeLinkedAccounts: true }))).rejects.toMatchObject({
      message: expect.stringContaining('includeLinkedAccounts'),
    });
  });
});
