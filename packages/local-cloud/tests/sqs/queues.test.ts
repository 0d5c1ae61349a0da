import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { createClock } from '../../src/core/clock.ts';
import { startMessaging, type Messaging } from '../support/messaging.ts';

let clouds: Messaging[] = [];

async function start(options: Parameters<typeof startMessaging>[0] = {}): Promise<Messaging> {
  const cloud = await startMessaging(options);
  clouds.push(cloud);
  return cloud;
}
afterEach(async () => {
  await Promise.all(clouds.map((cloud) => cloud.stop()));
  clouds = [];
});

test('a queue has the settings it was given, and AWS defaults for the others', async () => {
  const cloud = await start();
  const client = cloud.sqsClient();
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout: '361' }, tags: { team: 'images' } }),
  );
  expect(QueueUrl).toBe(`${cloud.endpoint}/000000000000/jobs`);
  expect((await client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    QueueArn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
    VisibilityTimeout: '361',
    DelaySeconds: '0',
    MessageRetentionPeriod: '345600',
    MaximumMessageSize: '1048576',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
  });
  expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'images' });
  await client.send(new TagQueueCommand({ QueueUrl, Tags: { stage: 'dev' } }));
  await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['team'] }));
  expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ stage: 'dev' });
});

test('creating the same queue again is harmless, creating it differently is refused', async () => {
  const client = (await start()).sqsClient();
  const create = (VisibilityTimeout: string) =>
    client.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes: { VisibilityTimeout } }));
  await create('10');
  await expect(create('10')).resolves.toBeDefined();
  await expect(create('11')).rejects.toMatchObject({ name: 'QueueNameExists', Code: 'QueueAlreadyExists' });
});

test('says in the terms of both protocols that there is no such queue', async () => {
  const cloud = await start();
  const client = cloud.sqsClient();
  const gone = { name: 'QueueDoesNotExist', Code: 'AWS.SimpleQueueService.NonExistentQueue' };
  await expect(client.send(new GetQueueUrlCommand({ QueueName: 'nope' }))).rejects.toMatchObject(gone);
  for (const path of ['/000000000000/nope', '/111111111111/jobs', '/jobs']) {
    const QueueUrl = `${cloud.endpoint}${path}`;
    await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject(gone);
  }
});

test('lists queues by prefix and page', async () => {
  const client = (await start()).sqsClient();
  for (const QueueName of ['a-1', 'a-2', 'a-3', 'b-1']) await client.send(new CreateQueueCommand({ QueueName }));
  const first = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 2 }));
  const second = await client.send(
    new ListQueuesCommand({ QueueNamePrefix: 'a-', MaxResults: 2, NextToken: first.NextToken }),
  );
  const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split('/').at(-1));
  expect(names).toEqual(['a-1', 'a-2', 'a-3']);
  expect(second.NextToken).toBeUndefined();
});

test('refuses settings that SQS refuses, and by name those that are not there', async () => {
  const client = (await start()).sqsClient();
  const create = (Attributes: Record<string, string>) =>
    client.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes }));
  for (const Attributes of [
    { VisibilityTimeout: '43201' },
    { DelaySeconds: '1.5' },
    { MessageRetentionPeriod: '59' },
    { ReceiveMessageWaitTimeSeconds: '21' },
    { SqsManagedSseEnabled: 'yes' },
    { RedrivePolicy: '{}' },
    { RedriveAllowPolicy: '{"redrivePermission":"byQueue"}' },
    { Policy: 'not json' },
    { Policy: '{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}' },
  ]) {
    await expect(create(Attributes as Record<string, string>)).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
  }
  await expect(create({ Colour: 'red' })).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  await expect(create({ KmsMasterKeyId: 'alias/aws/sqs' })).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('KMS'),
  });
});

test('a purge empties the queue, and a second one must wait', async () => {
  const client = (await start()).sqsClient();
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await client.send(new PurgeQueueCommand({ QueueUrl }));
  expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
  await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
    name: 'PurgeQueueInProgress',
  });
});

test('a deleted queue ends its long polls, and its name rests for a minute', async () => {
  const client = (await start()).sqsClient();
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 900 }));
  await client.send(new DeleteQueueCommand({ QueueUrl }));
  expect((await waiting).Messages).toBeUndefined();
  await expect(client.send(new CreateQueueCommand({ QueueName: 'jobs' }))).rejects.toMatchObject({
    name: 'QueueDeletedRecently',
  });
});

test('a message older than the retention is gone, and is told of', async () => {
  // With this factor the shortest retention, 60 seconds, lasts 6 milliseconds, and a delay of a second none at all.
  const cloud = await start({ clock: createClock(10_000) });
  const client = cloud.sqsClient();
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: 'jobs', Attributes: { MessageRetentionPeriod: '60' } }),
  );
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 900 }));
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  expect(Messages).toBeUndefined();
  expect(cloud.observed).toContainEqual(expect.objectContaining({ type: 'event-dropped' }));
});

test('queues, messages and receives survive a restart', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'sqs-'));
  try {
    const before = await start({ stateFolder });
    const client = before.sqsClient();
    const { QueueUrl } = await client.send(
      new CreateQueueCommand({ QueueName: 'jobs', Attributes: { DelaySeconds: '0', VisibilityTimeout: '0' } }),
    );
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
    await client.send(new ReceiveMessageCommand({ QueueUrl }));
    await before.stop();
    clouds = [];

    const after = await start({ stateFolder });
    const again = after.sqsClient();
    const { QueueUrls } = await again.send(new ListQueuesCommand({}));
    expect(QueueUrls).toEqual([`${after.endpoint}/000000000000/jobs`]);
    const { Messages } = await again.send(
      new ReceiveMessageCommand({ QueueUrl: QueueUrls?.[0], MessageSystemAttributeNames: ['All'] }),
    );
    expect(Messages).toMatchObject([{ Body: 'kept', Attributes: { ApproximateReceiveCount: '2' } }]);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
});

test('what a deleted queue held does not come back with a queue of the same name', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'sqs-'));
  try {
    const cloud = await start({ stateFolder });
    cloud.sqs.queues.create('jobs', {}).messages.send({ body: 'old', attributes: {}, senderId: 'me' });
    cloud.sqs.queues.delete('jobs');
    expect(cloud.sqs.queues.create('jobs', {}).messages.counts().visible).toBe(0);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
});

test('an empty text takes a policy away', async () => {
  const client = (await start()).sqsClient();
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: 'jobs',
      Attributes: { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) },
    }),
  );
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedriveAllowPolicy: '' } }));
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedriveAllowPolicy'] }),
  );
  expect(Attributes).toBeUndefined();
});
