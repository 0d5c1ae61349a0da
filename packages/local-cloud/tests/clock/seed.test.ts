import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCloud } from '../../src/cloud.ts';
import { createRandom, seedOfStart } from '../../src/core/random.ts';

const template = `
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: { VersioningConfiguration: { Status: Enabled } }
  Queue: { Type: AWS::SQS::Queue }
  Topic: { Type: AWS::SNS::Topic }
Outputs:
  Bucket: { Value: !Ref Bucket }
  Queue: { Value: !Ref Queue }
  Topic: { Value: !Ref Topic }
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
  await writeFile(join(folder, 'template.yaml'), template);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Running = { endpoint: string; outputs: Readonly<Record<string, string>> };

function clients({ endpoint }: Running) {
  const config = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  return { s3: new S3Client(config), sqs: new SQSClient(config), sns: new SNSClient(config) };
}

/** The same few requests, and every id that came of them. */
async function idsOf(cloud: Running): Promise<Record<string, unknown>> {
  const { s3, sqs, sns } = clients(cloud);
  const { Bucket = '', Queue: QueueUrl = '', Topic: TopicArn = '' } = cloud.outputs;
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
  const again = await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'b' }));
  const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const published = await sns.send(new PublishCommand({ TopicArn, Message: 'x' }));
  for (const client of [s3, sqs, sns]) client.destroy();
  return {
    versions: [put.VersionId, again.VersionId],
    requests: [put, again, sent, published].map(({ $metadata }) => $metadata.requestId),
    sent: sent.MessageId,
    receipt: Messages[0]?.ReceiptHandle,
    published: published.MessageId,
  };
}

async function withCloud<T>(seed: number, use: (cloud: Running) => Promise<T>): Promise<T> {
  const cloud = await createCloud({ template: join(folder, 'template.yaml'), port: 0, seed });
  try {
    await cloud.deploy();
    return await use(cloud);
  } finally {
    await cloud.stop();
  }
}

describe('with the same seed', () => {
  test('the same requests get the same ids; with another seed, others', async () => {
    const first = await withCloud(5, idsOf);
    expect(await withCloud(5, idsOf)).toEqual(first);
    const other = await withCloud(6, idsOf);
    for (const [name, id] of Object.entries(first)) expect(other[name]).not.toEqual(id);
  });

  test('what one service was asked more shifts no id of another', async () => {
    const { versions, published } = await withCloud(5, idsOf);
    const busy = await withCloud(5, async (cloud) => {
      const { sqs } = clients(cloud);
      await sqs.send(new SendMessageCommand({ QueueUrl: cloud.outputs['Queue'] ?? '', MessageBody: 'another' }));
      sqs.destroy();
      return idsOf(cloud);
    });
    expect(busy).toMatchObject({ versions, published });
  });

  test('another start on the same state repeats no id of the one before', async () => {
    const state = join(folder, 'state');
    const first = await withCommandLine(['--seed', '5', '--state', state], idsOf);
    const second = await withCommandLine(['--seed', '5', '--state', state], idsOf);
    for (const [name, id] of Object.entries(first)) expect(second[name]).not.toEqual(id);
    const anew = await withCommandLine(['--seed', '5', '--state', state, '--reset'], idsOf);
    expect(anew).toEqual(first);
  });
});

test('branches repeat by their names, and are no copies of one another', () => {
  const draw = (seed: number, name: string): string[] => {
    const random = createRandom(seed);
    random.uuid();
    const branch = random.branch(name);
    return [branch.hex(40), branch.uuid(), String(branch.next())];
  };
  expect(draw(1, 'a')).toEqual(draw(1, 'a'));
  expect(draw(1, 'a')).not.toEqual(draw(1, 'b'));
  expect(draw(1, 'a')).not.toEqual(draw(2, 'a'));
  expect(createRandom(1).branch('a').branch('b').uuid()).not.toBe(createRandom(1).branch('b').uuid());
});

test('no two starts with seeds below 2^32 have a seed in common', () => {
  const seeds = [0, 1, 2 ** 32 - 1].flatMap((seed) => [0, 1, 2, 1_000_000].map((starts) => seedOfStart(seed, starts)));
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(seeds.every(Number.isSafeInteger)).toBe(true);
});

/** `local-cloud start`, as a process of its own. */
async function withCommandLine<T>(options: readonly string[], use: (cloud: Running) => Promise<T>): Promise<T> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '..', '..', 'bin', 'local-cloud.mjs'),
      ...['start', '--template', join(folder, 'template.yaml'), '--port', '0', ...options],
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ended = once(child, 'exit');
  try {
    const [ready] = (await Promise.race([once(child, 'message'), ended])) as [Running | number];
    if (typeof ready === 'number') throw new Error(`local-cloud ended with ${String(ready)}.`);
    return await use(ready);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
