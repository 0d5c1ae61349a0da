import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../src/testing/eventually.ts';
import type { MappingSpec } from '../../src/services/lambda/event-source-mappings.ts';
import { code, testCloud, type Code, type TestCloud } from './support/cloud.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';
const open: TestCloud[] = [];
afterEach(() => Promise.all(open.splice(0).map((cloud) => cloud.end())));

const mapping = (changes: Partial<MappingSpec> = {}): MappingSpec => ({
  queueArn: QUEUE,
  target: { functionName: 'worker' },
  enabled: true,
  batchSize: 10,
  windowSeconds: 0,
  reportBatchItemFailures: false,
  filters: [],
  ...changes,
});

function cloudWith(worker: Code, options: Parameters<typeof testCloud>[0] = {}): TestCloud {
  const cloud = testCloud(options);
  open.push(cloud);
  cloud.create('worker', worker, { timeoutSeconds: 5 });
  return cloud;
}

/** What the function was handed, batch by batch: each logs the bodies it got. */
const LOGGING = `console.log('batch ' + JSON.stringify(event.Records.map(({ body }) => body)));`;
const batches = (cloud: TestCloud): string[][] =>
  cloud.logs.flatMap((line) => {
    const json = /batch (\[.*\])$/.exec(line)?.[1];
    return json === undefined ? [] : [JSON.parse(json) as string[]];
  });
const deleted = (cloud: TestCloud, count: number) =>
  eventually(`${String(count)} messages are deleted`, () => cloud.queues.deleted.length >= count);

describe('A queue that feeds a function', () => {
  test('hands over records as SQS gives them, and deletes them after success', async () => {
    const cloud = cloudWith(code('async (event) => { console.log("event " + JSON.stringify(event)); }'));
    await cloud.lambda.mappings.create(mapping());
    const ids = cloud.queues.send('hello');
    await deleted(cloud, 1);
    expect(cloud.queues.deleted).toEqual(ids);
    const event = JSON.parse(/event (.*)$/m.exec(cloud.logs.join('\n'))?.[1] ?? '') as unknown;
    expect(event).toEqual({
      Records: [
        {
          messageId: 'message-1',
          receiptHandle: 'receipt-message-1',
          body: 'hello',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {},
          md5OfBody: 'md5',
          eventSource: 'aws:sqs',
          eventSourceARN: QUEUE,
          awsRegion: 'us-east-1',
        },
      ],
    });
  });

  test('gets its messages back when the function fails', async () => {
    const cloud = cloudWith(code('async () => { throw new Error("no"); }'));
    await cloud.lambda.mappings.create(mapping());
    const ids = cloud.queues.send('a', 'b');
    await eventually('both are released', () => cloud.queues.released.length === 2);
    expect(cloud.queues.released.sort()).toEqual(ids);
    expect(cloud.queues.deleted).toEqual([]);
  });

  test.each([
    ['with ReportBatchItemFailures only what failed', true, ['message-2']],
    ['without it nothing, whatever the function answers', false, []],
  ])('gets back %s', async (_name, reportBatchItemFailures, back) => {
    const cloud = cloudWith(
      code(
        `async ({ Records }) => ({ batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) })`,
      ),
    );
    await cloud.lambda.mappings.create(mapping({ reportBatchItemFailures }));
    cloud.queues.send('good', 'bad', 'fine');
    await deleted(cloud, 3 - back.length);
    await eventually('the rest is released', () => cloud.queues.released.length === back.length);
    expect(cloud.queues.released).toEqual(back);
  });

  test('hands over at most a batch at once, and no more batches than the mapping may have', async () => {
    const cloud = testCloud();
    open.push(cloud);
    const gate = join(cloud.folder, 'gate');
    // Nobody is done before two have begun, however long it takes a process to start.
    const working = `const rest = () => new Promise((done) => setTimeout(done, 30));
      do await rest(); while (!require('node:fs').existsSync(${JSON.stringify(gate)}));`;
    cloud.create('worker', code(`async (event) => { ${LOGGING} ${working} }`), { timeoutSeconds: 60 });
    let running = 0;
    let most = 0;
    cloud.onEvent = (event) => {
      if (event.type === 'function-log' && event.line.startsWith('START')) most = Math.max(most, (running += 1));
      if (event.type === 'function-log' && event.line.startsWith('END')) running -= 1;
      if (running === 2) writeFileSync(gate, '');
    };
    await cloud.lambda.mappings.create(mapping({ batchSize: 3, maximumConcurrency: 2 }));
    const bodies = Array.from({ length: 30 }, (_, n) => String(n));
    cloud.queues.send(...bodies);
    await deleted(cloud, 30);
    expect(batches(cloud).flat().sort()).toEqual([...bodies].sort());
    expect(Math.max(...batches(cloud).map((batch) => batch.length))).toBeLessThanOrEqual(3);
    expect(most).toBe(2);
  });

  test('waits for a full batch no longer than its window', async () => {
    const cloud = cloudWith(code(`async (event) => { ${LOGGING} }`), { factor: 20 });
    await cloud.lambda.mappings.create(mapping({ batchSize: 20, windowSeconds: 10 }));
    cloud.queues.send('a');
    cloud.queues.send('b');
    await deleted(cloud, 2);
    expect(batches(cloud)).toEqual([['a', 'b']]);
  });

  test('deletes what its filters do not let through', async () => {
    const cloud = cloudWith(code(`async (event) => { ${LOGGING} }`));
    await cloud.lambda.mappings.create(
      mapping({ filters: ['{"body":{"kind":["wanted"]}}', '{"body":[{"prefix":"plain"}]}'] }),
    );
    cloud.queues.send('{"kind":"wanted"}', '{"kind":"other"}', 'plain text', 'other text');
    await deleted(cloud, 4);
    expect(batches(cloud).flat()).toEqual(['{"kind":"wanted"}', 'plain text']);
  });

  test('waits where the function is throttled, and loses nothing', async () => {
    const cloud = cloudWith(code('async ({ ms }) => { await new Promise((done) => setTimeout(done, ms ?? 0)); }'), {
      factor: 20,
    });
    cloud.lambda.reserveConcurrency('worker', 1);
    const busy = cloud.call('worker', { ms: 300 });
    await cloud.lambda.mappings.create(mapping());
    cloud.queues.send('a', 'b', 'c');
    await busy;
    await deleted(cloud, 3);
    expect(cloud.queues.released).toEqual([]);
  });

  test('rests while it is disabled, and after it is deleted', async () => {
    const cloud = cloudWith(code('async () => 1'));
    const { uuid } = await cloud.lambda.mappings.create(mapping({ enabled: false }));
    cloud.queues.send('a');
    await cloud.lambda.mappings.update(uuid, { enabled: true });
    await deleted(cloud, 1);
    cloud.lambda.mappings.delete(uuid);
    cloud.queues.send('b');
    await cloud.call('worker');
    expect(cloud.queues.deleted).toEqual(['message-1']);
  });
});

describe('A mapping is refused', () => {
  test.each<[string, Partial<MappingSpec>, string]>([
    ['for a large batch without a window', { batchSize: 11 }, 'window in seconds must be greater than 0'],
    ['for a maximum concurrency of 1', { maximumConcurrency: 1 }, 'it is 2 to 1000'],
    [
      'for anything but a queue',
      { queueArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/x' },
      'only SQS queues are',
    ],
    ['for a function that is not there', { target: { functionName: 'nobody' } }, 'Function not found'],
    ['for a filter that is no pattern', { filters: ['{"body":"x"}'] }, 'must be an object or an array'],
  ])('%s', async (_name, changes, message) => {
    const cloud = cloudWith(code('async () => 1'));
    await expect(cloud.lambda.mappings.create(mapping(changes))).rejects.toThrow(message);
    expect(cloud.lambda.mappings.list()).toEqual([]);
  });

  test('where messages would come back while the function still works', async () => {
    const cloud = cloudWith(code('async () => 1'), { visibilityTimeoutOf: () => 4 });
    await expect(cloud.lambda.mappings.create(mapping())).rejects.toThrow(
      'Queue visibility timeout: 4 seconds is less than Function timeout: 5 seconds',
    );
  });

  test("where the function's role may not take from the queue", async () => {
    const decide = (_role: string, action: string) => (action === 'sqs:DeleteMessage' ? 'not-allowed' : 'allowed');
    const cloud = cloudWith(code('async () => 1'), { roles: { decide } });
    await expect(cloud.lambda.mappings.create(mapping())).rejects.toThrow('permissions to call DeleteMessage on SQS');
  });

  test('where there is one already', async () => {
    const cloud = cloudWith(code('async () => 1'));
    const { uuid } = await cloud.lambda.mappings.create(mapping());
    await expect(cloud.lambda.mappings.create(mapping())).rejects.toThrow('already exists');
    await expect(cloud.lambda.mappings.update(uuid, { batchSize: 5 })).resolves.toMatchObject({ batchSize: 5 });
  });
});
