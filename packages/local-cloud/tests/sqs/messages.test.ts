import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { startMessaging, type Messaging } from '../support/messaging.ts';

let cloud: Messaging;
let client: SQSClient;
let made = 0;

beforeAll(async () => {
  cloud = await startMessaging();
  client = cloud.sqsClient();
});
afterAll(() => cloud.stop());

async function createQueue(Attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: `queue-${made++}`, Attributes }));
  return QueueUrl as string;
}

async function counts(QueueUrl: string): Promise<number[]> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return [
    Number(Attributes?.ApproximateNumberOfMessages),
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    Number(Attributes?.ApproximateNumberOfMessagesDelayed),
  ];
}

test('a message comes with its attributes and the digests that clients verify', async () => {
  const QueueUrl = await createQueue();
  const MessageAttributes = {
    'image.colour': { DataType: 'String', StringValue: 'grün 💚' },
    count: { DataType: 'Number.int', StringValue: '12' },
    bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255, 7) },
  };
  const sent = await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'hällo',
      MessageAttributes,
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-2-3' } },
    }),
  );

  const { Messages: [message] = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] }),
  );

  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'hällo',
    MD5OfBody: sent.MD5OfMessageBody,
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
    MessageAttributes,
    Attributes: { ApproximateReceiveCount: '1', AWSTraceHeader: 'Root=1-2-3' },
  });
  expect(Number(message?.Attributes?.['SentTimestamp'])).toBeLessThanOrEqual(Date.now());
});

test('the digest of attributes is the documented one', async () => {
  const QueueUrl = await createQueue();
  const sent = await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'x',
      MessageAttributes: {
        n: { DataType: 'Number', StringValue: '1' },
        a: { DataType: 'String', StringValue: 'b' },
        bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
      },
    }),
  );
  // Worked out by another program: a, bytes, n; each length (4 bytes), name, length, type, 01 for text or 02 for bytes, length, value.
  expect(sent.MD5OfMessageAttributes).toBe('32cd6a975b4f5da8bf1cf34b5e378bfc');
});

test('gives only the attributes that were asked for', async () => {
  const QueueUrl = await createQueue({ VisibilityTimeout: '0' });
  const attribute = { DataType: 'String', StringValue: 'x' };
  await client.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'x',
      MessageAttributes: { 'image.a': attribute, 'image.b': attribute, other: attribute },
    }),
  );
  const receive = async (names: string[]): Promise<string[]> => {
    const { Messages: [message] = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: names }),
    );
    return Object.keys(message?.MessageAttributes ?? {});
  };
  expect(await receive([])).toEqual([]);
  expect(await receive(['image.*'])).toEqual(['image.a', 'image.b']);
  expect(await receive(['other'])).toEqual(['other']);
});

test('a received message is invisible until its timeout ends, and then counts one receive more', async () => {
  const QueueUrl = await createQueue({ VisibilityTimeout: '1' });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const receive = (WaitTimeSeconds = 0) =>
    client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );

  const first = await receive();
  expect(first.Messages).toHaveLength(1);
  expect((await receive()).Messages).toBeUndefined();
  expect(await counts(QueueUrl)).toEqual([0, 1, 0]);
  const again = await receive(5);
  expect(again.Messages?.[0]?.Attributes?.['ApproximateReceiveCount']).toBe('2');

  // Only the latest receipt deletes; the older one does nothing, as on AWS.
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first.Messages?.[0]?.ReceiptHandle }));
  expect(await counts(QueueUrl)).toEqual([0, 1, 0]);
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.Messages?.[0]?.ReceiptHandle }));
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again.Messages?.[0]?.ReceiptHandle }));
  expect(await counts(QueueUrl)).toEqual([0, 0, 0]);
});

test('changing the visibility hides a message longer or shows it at once', async () => {
  const QueueUrl = await createQueue({ VisibilityTimeout: '1' });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  const change = (VisibilityTimeout: number) =>
    client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
    );
  await change(30);
  await expect(change(43_200)).rejects.toMatchObject({ name: 'InvalidParameterValue' }); // 12 hours in all
  await change(0);
  expect(await counts(QueueUrl)).toEqual([1, 0, 0]);
  await expect(change(30)).rejects.toMatchObject({ name: 'MessageNotInflight' });
});

test('a long poll ends when a message comes', async () => {
  const QueueUrl = await createQueue();
  const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'here' }));
  const { Messages } = await waiting;
  expect(Messages?.[0]?.Body).toBe('here');
});

test('a client that goes away while it polls takes no message with it', async () => {
  const QueueUrl = await createQueue();
  const leaving = new AbortController();
  const polled = cloud.sqs.api.handle({
    requestId: '1',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ReceiveMessage' },
    body: Buffer.from(JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 })),
    ...cloud.iam.callerOf('local'),
    callerArn: 'arn:aws:iam::000000000000:root',
    signal: leaving.signal,
  });
  leaving.abort();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  expect(await polled).toMatchObject({ status: 200, body: '{}' });
  expect(await counts(QueueUrl)).toEqual([1, 0, 0]);
});

test('a delayed message counts as such until its delay ends', async () => {
  const QueueUrl = await createQueue({ DelaySeconds: '900' });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'soon', DelaySeconds: 1 }));
  expect(await counts(QueueUrl)).toEqual([0, 0, 2]);
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  expect(Messages?.[0]?.Body).toBe('soon');
  expect(await counts(QueueUrl)).toEqual([0, 1, 1]);
});

test('a batch does what it can and says which entries failed', async () => {
  const QueueUrl = await createQueue();
  const sent = await client.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'x' },
        { Id: 'bad', MessageBody: 'control \u0001 character' },
      ],
    }),
  );
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);

  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  const deleted = await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: Messages[0]?.ReceiptHandle },
        { Id: 'b', ReceiptHandle: 'nonsense' },
      ],
    }),
  );
  expect(deleted.Successful).toEqual([{ Id: 'a' }]);
  expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
});

test('wrong batches are refused as a whole, as AWS names it', async () => {
  const QueueUrl = await createQueue();
  const send = (Entries: { Id: string; MessageBody: string }[]) =>
    client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const entry = (Id: string, MessageBody = 'x') => ({ Id, MessageBody });
  await expect(send([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
  await expect(send([entry('a'), entry('a')])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  await expect(send([entry('a b')])).rejects.toMatchObject({ name: 'InvalidBatchEntryId' });
  await expect(send(Array.from({ length: 11 }, (_, n) => entry(`n${n}`)))).rejects.toMatchObject({
    name: 'TooManyEntriesInBatchRequest',
  });
  const half = 'x'.repeat(600_000);
  await expect(send([entry('a', half), entry('b', half)])).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
});

test('a message may have 1 MiB and not a byte more, attributes included', async () => {
  const QueueUrl = await createQueue();
  const full = 'x'.repeat(1_048_576);
  await expect(client.send(new SendMessageCommand({ QueueUrl, MessageBody: full }))).resolves.toBeDefined();
  await expect(
    client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: full,
        MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
      }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('refuses by name what only FIFO queues have', async () => {
  const QueueUrl = await createQueue();
  await expect(
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'g' })),
  ).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('MessageGroupId') });
  await expect(client.send(new CreateQueueCommand({ QueueName: 'a.fifo' }))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('FIFO'),
  });
});
