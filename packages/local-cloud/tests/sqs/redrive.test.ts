import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { eventually, startMessaging, type Messaging } from '../support/messaging.ts';

let cloud: Messaging;
let client: SQSClient;
let made = 0;

beforeAll(async () => {
  cloud = await startMessaging();
  client = cloud.sqsClient();
});
afterAll(() => cloud.stop());

type Made = { url: string; arn: string };

async function createQueue(Attributes: Record<string, string> = {}): Promise<Made> {
  const QueueName = `queue-${made++}`;
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return { url: QueueUrl as string, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
}

async function createPair(maxReceiveCount = 2): Promise<{ source: Made; dlq: Made }> {
  const dlq = await createQueue({ VisibilityTimeout: '0' });
  const source = await createQueue({
    VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount }),
  });
  return { source, dlq };
}

const send = (QueueUrl: string, MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody }));

async function receive(QueueUrl: string) {
  const { Messages: [message] = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }),
  );
  return message;
}

async function visible(QueueUrl: string): Promise<number> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

test('a message goes to the dead-letter queue on the receive that would exceed the maximum', async () => {
  const { source, dlq } = await createPair(2);
  await send(source.url, 'poison');
  const first = await receive(source.url);
  await receive(source.url);
  expect(await visible(source.url)).toBe(1);
  expect(await receive(source.url)).toBeUndefined();

  const dead = await receive(dlq.url);
  expect(dead).toMatchObject({
    MessageId: first?.MessageId,
    Body: 'poison',
    Attributes: {
      // Its age and its count go with it.
      SentTimestamp: first?.Attributes?.['SentTimestamp'],
      ApproximateReceiveCount: '3',
      DeadLetterQueueSourceArn: source.arn,
    },
  });
  expect(cloud.observed).toContainEqual(
    expect.objectContaining({ type: 'dead-lettered', from: source.arn, to: dlq.arn }),
  );
});

test('a receipt from the source does nothing in the dead-letter queue', async () => {
  const { source, dlq } = await createPair(1);
  await send(source.url, 'poison');
  const first = await receive(source.url);
  await receive(source.url);
  await client.send(new DeleteMessageCommand({ QueueUrl: dlq.url, ReceiptHandle: first?.ReceiptHandle }));
  expect(await visible(dlq.url)).toBe(1);
});

test('a message that always fails does not stand in the way of the others', async () => {
  const { source } = await createPair(5);
  await send(source.url, 'poison');
  await send(source.url, 'good');
  expect((await receive(source.url))?.Body).toBe('poison');
  expect((await receive(source.url))?.Body).toBe('good');
});

test('refuses a dead-letter queue that is not there or does not let the source in', async () => {
  const policyFor = (deadLetterTargetArn: string) => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
  });
  const create = (Attributes: Record<string, string>) =>
    client.send(new CreateQueueCommand({ QueueName: 'refused', Attributes }));

  await expect(create(policyFor('arn:aws:sqs:us-east-1:000000000000:nowhere'))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('does not exist'),
  });
  const closed = await createQueue({ RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) });
  await expect(create(policyFor(closed.arn))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const byQueue = await createQueue({
    RedriveAllowPolicy: JSON.stringify({
      redrivePermission: 'byQueue',
      sourceQueueArns: ['arn:aws:sqs:us-east-1:000000000000:allowed'],
    }),
  });
  await expect(create(policyFor(byQueue.arn))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await expect(
    client.send(new CreateQueueCommand({ QueueName: 'allowed', Attributes: policyFor(byQueue.arn) })),
  ).resolves.toBeDefined();
});

test('a dead-letter queue that no longer lets the source in takes nothing: the message stays', async () => {
  const { source, dlq } = await createPair(1);
  await send(source.url, 'kept');
  await client.send(
    new SetQueueAttributesCommand({
      QueueUrl: dlq.url,
      Attributes: { RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) },
    }),
  );
  await receive(source.url);
  expect((await receive(source.url))?.Body).toBe('kept');
});

test('a move task brings dead letters back as new messages', async () => {
  const { source, dlq } = await createPair(1);
  for (const body of ['a', 'b', 'c']) await send(source.url, body);
  await eventually(async () => {
    await receive(source.url);
    return (await visible(dlq.url)) === 3 ? true : undefined;
  });
  const { queueUrls } = await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlq.url }));
  expect(queueUrls).toEqual([source.url]);

  await client.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn }));

  const task = await eventually(async () => {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: dlq.arn }));
    return Results[0]?.Status === 'COMPLETED' ? Results[0] : undefined;
  });
  expect(task).toMatchObject({ ApproximateNumberOfMessagesMoved: 3, ApproximateNumberOfMessagesToMove: 3 });
  expect(task.TaskHandle).toBeUndefined();
  expect([await visible(dlq.url), await visible(source.url)]).toEqual([0, 3]);
  expect((await receive(source.url))?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
});

test('a move task can be slowed down and cancelled, and only one runs at a time', async () => {
  const { dlq } = await createPair(1);
  const elsewhere = await createQueue();
  for (let n = 0; n < 5; n++) await send(dlq.url, String(n));
  const start = () =>
    client.send(
      new StartMessageMoveTaskCommand({
        SourceArn: dlq.arn,
        DestinationArn: elsewhere.arn,
        MaxNumberOfMessagesPerSecond: 2,
      }),
    );
  const { TaskHandle } = await start();
  await expect(start()).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('Only one active task'),
  });
  await client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  const { Status } = await eventually(async () => {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: dlq.arn }));
    return Results[0]?.Status === 'CANCELLED' ? Results[0] : undefined;
  });
  expect(Status).toBe('CANCELLED');
  expect((await visible(dlq.url)) + (await visible(elsewhere.url))).toBe(5);
});

test('a move task refuses a queue that is no dead-letter queue of a queue, as AWS does', async () => {
  const failures = await createQueue();
  await expect(client.send(new StartMessageMoveTaskCommand({ SourceArn: failures.arn }))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('Dead Letter Queue'),
  });
  await expect(
    client.send(new StartMessageMoveTaskCommand({ SourceArn: `${failures.arn}-not` })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a move task fails, and loses nothing, where a message does not say which queue it came from', async () => {
  const { dlq } = await createPair(1);
  await send(dlq.url, 'sent here directly');
  await client.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn }));
  const task = await eventually(async () => {
    const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: dlq.arn }));
    return Results[0]?.Status === 'FAILED' ? Results[0] : undefined;
  });
  expect(task.FailureReason).toBe('CouldNotDetermineMessageSource');
  expect((await receive(dlq.url))?.Body).toBe('sent here directly');
});
