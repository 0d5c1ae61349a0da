import { afterEach, expect, test } from '@jest/globals';
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { AwsError, notImplemented } from '../../src/core/aws-error.ts';
import { createClock } from '../../src/core/clock.ts';
import type { Deliver, Delivery } from '../../src/core/delivery.ts';
import { retryDelays } from '../../src/services/sns/retry-delays.ts';
import { eventually, startMessaging, type Messaging } from '../support/messaging.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:make:live';
const topicArn = 'arn:aws:sns:us-east-1:000000000000:uploads';

let cloud: Messaging;
afterEach(() => cloud.stop());

const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

function queuePolicy(queue: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arnOf(queue),
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: arnOf(queue),
        Condition: { Bool: { 'aws:SecureTransport': false } },
      },
    ],
  });
}

/** A topic, and queues that let it in. */
async function start(queues: readonly string[] = ['jobs'], lambda?: Deliver): Promise<void> {
  cloud = await startMessaging({ clock: createClock(1000), ...(lambda && { lambda }) });
  await cloud.snsClient().send(new CreateTopicCommand({ Name: 'uploads' }));
  for (const QueueName of queues) {
    await cloud.sqsClient().send(new CreateQueueCommand({ QueueName, Attributes: { Policy: queuePolicy(QueueName) } }));
  }
}

async function subscribe(Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { SubscriptionArn } = await cloud
    .snsClient()
    .send(new SubscribeCommand({ TopicArn: topicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true }));
  return SubscriptionArn as string;
}

async function receive(queue: string, wait = 5): Promise<Message | undefined> {
  const { Messages } = await cloud.sqsClient().send(
    new ReceiveMessageCommand({
      QueueUrl: `${cloud.endpoint}/000000000000/${queue}`,
      WaitTimeSeconds: wait,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages?.[0];
}

const MessageAttributes = {
  kind: { DataType: 'String', StringValue: 'photo' },
  bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
};

test('a queue gets the message in the envelope of SNS', async () => {
  await start();
  const subscriptionArn = await subscribe('sqs', arnOf('jobs'));
  const { MessageId } = await cloud
    .snsClient()
    .send(new PublishCommand({ TopicArn: topicArn, Subject: 'Hello', Message: 'a "b"\n日本', MessageAttributes }));

  const message = await receive('jobs');

  expect(message?.Body?.startsWith('{\n  "Type" : "Notification",\n  "MessageId" : "')).toBe(true);
  expect(JSON.parse(message?.Body ?? '')).toEqual({
    Type: 'Notification',
    MessageId,
    TopicArn: topicArn,
    Subject: 'Hello',
    Message: 'a "b"\n日本',
    Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    SignatureVersion: '1',
    Signature: expect.any(String),
    SigningCertURL: expect.stringContaining('https://sns.us-east-1.amazonaws.com/'),
    UnsubscribeURL: `${cloud.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    MessageAttributes: {
      kind: { Type: 'String', Value: 'photo' },
      bytes: { Type: 'Binary', Value: 'AQL/' },
    },
  });
  expect(message?.MessageAttributes).toBeUndefined();
});

test('raw delivery gives a queue the message and its attributes as they were published', async () => {
  await start();
  await subscribe('sqs', arnOf('jobs'), { RawMessageDelivery: 'true' });
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'plain', MessageAttributes }));
  expect(await receive('jobs')).toMatchObject({ Body: 'plain', MessageAttributes });
});

test('a function gets one record, with the names that Lambda gives them', async () => {
  const invoked: Delivery[] = [];
  await start([], async (delivery) => {
    invoked.push(delivery);
  });
  const subscriptionArn = await subscribe('lambda', functionArn);
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'x', MessageAttributes }));
  const { to, from, body } = await eventually(() => invoked[0]);
  expect({ to, from }).toEqual({ to: functionArn, from: { service: 'sns.amazonaws.com', arn: topicArn } });
  expect(JSON.parse(body)).toEqual({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: expect.objectContaining({
          Type: 'Notification',
          TopicArn: topicArn,
          Subject: null,
          Message: 'x',
          SigningCertUrl: expect.any(String),
          UnsubscribeUrl: expect.any(String),
          MessageAttributes: expect.objectContaining({ kind: { Type: 'String', Value: 'photo' } }),
        }),
      },
    ],
  });
});

test('a trace header goes along to the queue', async () => {
  await start();
  await subscribe('sqs', arnOf('jobs'));
  const client = cloud.snsClient();
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers['x-amzn-trace-id'] = 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1';
      return next(args);
    },
    { step: 'build' },
  );
  await client.send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
  expect((await receive('jobs'))?.Attributes?.AWSTraceHeader).toContain('Root=1-5759e988');
});

test('a subscription that fails does not stop the others', async () => {
  await start(['jobs', 'second'], async () => {
    throw new AwsError('ResourceNotFoundException', 'no such function', 404);
  });
  await subscribe('lambda', functionArn);
  await subscribe('sqs', arnOf('nowhere'));
  await subscribe('sqs', arnOf('jobs'));
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
  expect(await receive('jobs')).toBeDefined();
  const dropped = await eventually(() => {
    const all = cloud.observed.filter(({ type }) => type === 'event-dropped');
    return all.length === 2 ? all : undefined;
  });
  expect(dropped).toMatchObject([
    { from: topicArn, to: functionArn, reason: expect.stringContaining('no such function') },
    { from: topicArn, to: arnOf('nowhere'), reason: expect.stringContaining('QueueDoesNotExist') },
  ]);
});

test('what a queue refuses for good goes straight to the dead-letter queue of the subscription', async () => {
  await start(['jobs', 'dead']);
  await cloud.sqsClient().send(new CreateQueueCommand({ QueueName: 'closed' }));
  await subscribe('sqs', arnOf('closed'), {
    RawMessageDelivery: 'true',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead') }),
  });
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'kept', MessageAttributes }));
  expect(await receive('dead')).toMatchObject({ Body: 'kept', MessageAttributes });
  expect(cloud.observed).toContainEqual(
    expect.objectContaining({
      type: 'dead-lettered',
      to: arnOf('dead'),
      reason: expect.stringContaining('AccessDenied'),
    }),
  );
});

test('what a function cannot be given at all is set aside in the envelope of SNS', async () => {
  await start(['dead'], async () => {
    throw new AwsError('AccessDeniedException', 'not permitted', 403);
  });
  await subscribe('lambda', functionArn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead') }) });
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'kept' }));
  expect(JSON.parse((await receive('dead'))?.Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'kept' });
});

test('throttles and server errors are retried with growing delays', async () => {
  let attempts = 0;
  await start(['dead'], async () => {
    attempts += 1;
    if (attempts === 9) return;
    throw attempts % 2 === 0
      ? new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)
      : new AwsError('ServiceException', 'fault', 500);
  });
  await subscribe('lambda', functionArn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead') }) });
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
  await eventually(() => (attempts === 9 ? true : undefined));
  expect(await receive('dead', 0)).toBeUndefined();
});

test('the retries are those that SNS documents: 100,015 of them, over 23 days', () => {
  const delays = [...retryDelays({ next: () => 0.5 })];
  expect(delays).toHaveLength(100_015);
  expect(delays.slice(0, 6)).toEqual([0, 0, 0, 1000, 1000, 1000]);
  expect(delays.slice(13, 16).map(Math.round)).toEqual([14_337, 20_000, 20_000]);
  expect(delays.reduce((sum, delay) => sum + delay, 0) / 86_400_000).toBeCloseTo(23.1, 1);
});

test('what is not implemented is not tried again', async () => {
  let attempts = 0;
  await start([], async () => {
    attempts += 1;
    throw notImplemented('deliveries to that');
  });
  await subscribe('lambda', functionArn);
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
  await eventually(() => cloud.observed.find(({ type }) => type === 'event-dropped'));
  expect(attempts).toBe(1);
});

test('a cloud that stops neither tries again nor sets aside', async () => {
  let attempts = 0;
  await start(['dead'], async () => {
    attempts += 1;
    if (attempts === 3) await cloud.stop();
    throw new AwsError('ServiceException', 'fault', 500);
  });
  await subscribe('lambda', functionArn, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('dead') }) });
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
  await eventually(() => (attempts === 3 && cloud.context.stopping.aborted ? true : undefined));
  expect(cloud.observed.filter(({ type }) => type !== 'note')).toEqual([]);
  expect(attempts).toBe(3);
});

test('Publish answers before the deliveries are done', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await start([], () => held);
  await subscribe('lambda', functionArn);
  const { MessageId } = await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
  expect(MessageId).toBeDefined();
  release();
});

test('a filter decides by attributes or by the body', async () => {
  await start(['jobs', 'second']);
  const byAttributes = await subscribe('sqs', arnOf('jobs'), {
    RawMessageDelivery: 'true',
    FilterPolicy: JSON.stringify({ kind: ['photo'] }),
  });
  await subscribe('sqs', arnOf('second'), {
    RawMessageDelivery: 'true',
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: JSON.stringify({ s3: { key: [{ prefix: 'users/' }] } }),
  });
  const publish = (Message: string, kind?: string) =>
    cloud.snsClient().send(
      new PublishCommand({
        TopicArn: topicArn,
        Message,
        ...(kind !== undefined && { MessageAttributes: { kind: { DataType: 'String', StringValue: kind } } }),
      }),
    );
  await publish('no JSON', 'video');
  await publish('{"s3":{"key":"users/a"}}');
  await publish('wanted', 'photo');
  expect((await receive('jobs'))?.Body).toBe('wanted');
  expect((await receive('second'))?.Body).toBe('{"s3":{"key":"users/a"}}');

  await cloud.snsClient().send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: byAttributes,
      AttributeName: 'FilterPolicy',
      AttributeValue: '{}',
    }),
  );
  await publish('unfiltered');
  expect((await receive('jobs'))?.Body).toBe('unfiltered');
});

test('a message may be another one for each protocol', async () => {
  const invoked: Delivery[] = [];
  await start(['jobs'], async (delivery) => {
    invoked.push(delivery);
  });
  await subscribe('sqs', arnOf('jobs'), { RawMessageDelivery: 'true' });
  await subscribe('lambda', functionArn);
  const Message = JSON.stringify({ default: 'for all', sqs: 'for queues' });
  await cloud.snsClient().send(new PublishCommand({ TopicArn: topicArn, Message, MessageStructure: 'json' }));
  expect((await receive('jobs'))?.Body).toBe('for queues');
  expect((await eventually(() => invoked[0])).body).toContain('for all');
});

test('a batch publishes what it can', async () => {
  await start();
  await subscribe('sqs', arnOf('jobs'), { RawMessageDelivery: 'true' });
  const result = await cloud.snsClient().send(
    new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'one', MessageAttributes },
        { Id: 'b', Message: 'two', Subject: 'bad\nsubject' },
      ],
    }),
  );
  expect(result.Successful).toMatchObject([{ Id: 'a' }]);
  expect(result.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }]);
  expect(await receive('jobs')).toMatchObject({ Body: 'one', MessageAttributes });
});

test('a topic takes from a service what its policy lets in, and by default nothing from a bucket', async () => {
  await start();
  await subscribe('sqs', arnOf('jobs'));
  const announce = (bucket: string) =>
    cloud.sns.acceptDelivery({
      to: topicArn,
      from: { service: 's3.amazonaws.com', arn: `arn:aws:s3:::${bucket}` },
      subject: 'Amazon S3 Notification',
      body: '{"Records":[]}',
    });
  await expect(announce('uploads')).rejects.toMatchObject({ code: 'AccessDenied' });
  const Policy = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: {
        ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::uploads' },
        StringEquals: { 'aws:SourceAccount': '000000000000' },
      },
    },
  };
  await cloud.snsClient().send(
    new SetTopicAttributesCommand({
      TopicArn: topicArn,
      AttributeName: 'Policy',
      AttributeValue: JSON.stringify(Policy),
    }),
  );
  await announce('uploads');
  expect(JSON.parse((await receive('jobs'))?.Body ?? '')).toMatchObject({ Subject: 'Amazon S3 Notification' });
  await expect(announce('another')).rejects.toMatchObject({ code: 'AccessDenied' });
});
