import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '../../src/testing/eventually.ts';
import { createCloud, type Cloud } from '../../src/cloud.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';

const DAY_MS = 24 * 3_600_000;

let cloud: Cloud;
let observed: CloudEvent[];
let s3: S3Client;
let sqs: SQSClient;
beforeEach(async () => {
  observed = [];
  cloud = await createCloud({
    template: join(import.meta.dirname, 'nightly-report', 'template.yaml'),
    stackName: 'shop',
    port: 0,
    // A night takes two seconds.
    clockFactor: 43_200,
    observe: (event) => observed.push(event),
  });
  const settings = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  s3 = new S3Client({ ...settings, forcePathStyle: true });
  sqs = new SQSClient(settings);
  await cloud.deploy();
  // A night may fall between the making of the rule and that of its permission: on AWS such an event is dropped as well.
  observed.splice(0);
});
afterEach(async () => {
  s3.destroy();
  sqs.destroy();
  await cloud.stop();
});

/** When the reports of a kind were written for, by their summaries, in milliseconds. */
async function summarised(kind: string): Promise<number[]> {
  const { Contents: contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: cloud.outputs['ReportsBucketName'], Prefix: `summaries/${kind} ` }),
  );
  return contents.map(({ Key: key = '' }) => Date.parse(key.split(' ')[1]?.replace('.json', '') ?? '')).sort();
}

test('every night a report is written, summarised and announced', async () => {
  const nights = await eventually(
    'two nights of both schedules',
    async () => {
      const [sales, stock] = [await summarised('aws.events'), await summarised('stock')];
      return sales.length >= 2 && stock.length >= 2 && { sales, stock };
    },
    30,
  );
  expect((nights.sales[1] ?? 0) - (nights.sales[0] ?? 0)).toBe(DAY_MS);
  expect(new Date(nights.sales[0] ?? 0).toISOString()).toMatch(/T03:00:00/);
  expect(Math.abs((nights.stock[1] ?? 0) - (nights.stock[0] ?? 0) - DAY_MS)).toBeLessThanOrEqual(1000);

  const [first = 0] = nights.sales;
  const report = `aws.events ${new Date(first).toISOString().replace('.000Z', 'Z')}`;
  const { Body: body } = await s3.send(
    new GetObjectCommand({ Bucket: cloud.outputs['ReportsBucketName'], Key: `summaries/${report}.json` }),
  );
  expect(await body?.transformToString()).toBe('{"total":7}');

  await eventually('the announcement', () =>
    observed.some((event) => event.type === 'function-log' && event.line.includes(`announced reports/${report}.csv 7`)),
  );
  // The rule asks for this kind of report by the beginning of its key.
  expect(
    observed.filter((event) => event.type === 'function-log' && event.line.includes('announced reports/stock')),
  ).toEqual([]);
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: cloud.outputs['SummariesQueueUrl'], WaitTimeSeconds: 5 }),
  );
  expect(JSON.parse(messages[0]?.Body ?? '')).toEqual({ key: expect.stringContaining('reports/'), total: 7 });
  expect(observed.filter(({ type }) => type === 'event-dropped' || type === 'retry-scheduled')).toEqual([]);
});
