import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { startMessaging, type Messaging } from '../support/messaging.ts';

const topicArn = 'arn:aws:sns:us-east-1:000000000000:uploads';
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:make';

let cloud: Messaging;
let client: SNSClient;
beforeEach(async () => {
  cloud = await startMessaging();
  client = cloud.snsClient();
  await client.send(new CreateTopicCommand({ Name: 'uploads', Tags: [{ Key: 'team', Value: 'images' }] }));
});
afterEach(() => cloud.stop());

const subscribe = (Protocol: string, Endpoint: string, Attributes?: Record<string, string>) =>
  client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol, Endpoint, Attributes }));

test('a topic is described with its policy and its subscriptions', async () => {
  await subscribe('sqs', queueArn);
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  expect(Attributes).toMatchObject({ TopicArn: topicArn, Owner: '000000000000', SubscriptionsConfirmed: '1' });
  expect(JSON.parse(Attributes?.['Policy'] ?? '')).toMatchObject({ Id: '__default_policy_ID' });
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: topicArn }));
  expect(Tags).toEqual([{ Key: 'team', Value: 'images' }]);
});

test('creating the same topic again is harmless, with other attributes or tags it is refused', async () => {
  const create = (more: object) => client.send(new CreateTopicCommand({ Name: 'uploads', ...more }));
  expect((await create({})).TopicArn).toBe(topicArn);
  await expect(create({ Attributes: { DisplayName: 'x' } })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(create({ Tags: [{ Key: 'team', Value: 'others' }] })).rejects.toThrow('different tags');
});

test('lists a hundred topics at a time', async () => {
  for (let n = 0; n < 100; n++) cloud.sns.topics.create(`topic-${n}`, {});
  const first = await client.send(new ListTopicsCommand({}));
  const second = await client.send(new ListTopicsCommand({ NextToken: first.NextToken }));
  expect([first.Topics?.length, second.Topics?.length, second.NextToken]).toEqual([100, 1, undefined]);
});

test('a subscription is described as it was made, and the same again is the same', async () => {
  const Attributes = {
    RawMessageDelivery: 'true',
    FilterPolicy: '{"kind":["photo"]}',
    RedrivePolicy: `{"deadLetterTargetArn":"${queueArn}-dead"}`,
  };
  const { SubscriptionArn } = await subscribe('sqs', queueArn, Attributes);
  const described = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(described.Attributes).toMatchObject({
    ...Attributes,
    TopicArn: topicArn,
    Endpoint: queueArn,
    PendingConfirmation: 'false',
    FilterPolicyScope: 'MessageAttributes',
  });
  expect((await subscribe('sqs', queueArn, Attributes)).SubscriptionArn).toBe(SubscriptionArn);
  await expect(subscribe('sqs', queueArn, { RawMessageDelivery: 'false' })).rejects.toThrow('different attributes');
  const listed = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
  expect(listed.Subscriptions).toEqual([
    { SubscriptionArn, TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Owner: '000000000000' },
  ]);
});

test('deleting a topic takes its subscriptions along; unsubscribing twice is harmless', async () => {
  const { SubscriptionArn } = await subscribe('lambda', functionArn);
  await subscribe('sqs', queueArn);
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  await client.send(new DeleteTopicCommand({ TopicArn: topicArn }));
  await client.send(new DeleteTopicCommand({ TopicArn: topicArn }));
  expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions ?? []).toEqual([]);
  await expect(client.send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test('refuses by name the protocols, attributes and parameters that are not there', async () => {
  const missing = (name: string) => ({ name: 'NotImplemented', message: expect.stringContaining(name) });
  await expect(subscribe('https', 'https://example.com')).rejects.toMatchObject(missing('https'));
  await expect(subscribe('sqs', queueArn, { DeliveryPolicy: '{}' })).rejects.toMatchObject(missing('DeliveryPolicy'));
  await expect(
    client.send(new CreateTopicCommand({ Name: 'secret', Attributes: { KmsMasterKeyId: 'alias/aws/sns' } })),
  ).rejects.toMatchObject(missing('KMS'));
  await expect(
    client.send(new CreateTopicCommand({ Name: 'a.fifo', Attributes: { FifoTopic: 'true' } })),
  ).rejects.toMatchObject(missing('FIFO'));
  await expect(client.send(new PublishCommand({ PhoneNumber: '+1', Message: 'x' }))).rejects.toMatchObject(
    missing('PhoneNumber'),
  );
  await expect(
    client.send(new PublishCommand({ TopicArn: topicArn, Message: 'x', MessageGroupId: 'g' })),
  ).rejects.toMatchObject(missing('MessageGroupId'));
});

test('refuses what SNS refuses', async () => {
  const wrong = { name: 'InvalidParameterException' };
  await expect(subscribe('sqs', 'jobs')).rejects.toMatchObject(wrong);
  await expect(subscribe('lambda', queueArn)).rejects.toMatchObject(wrong);
  await expect(subscribe('lambda', functionArn, { RawMessageDelivery: 'true' })).rejects.toMatchObject(wrong);
  await expect(subscribe('sqs', queueArn, { FilterPolicy: '{"a":"b"}' })).rejects.toMatchObject(wrong);
  await expect(subscribe('sqs', queueArn, { RedrivePolicy: '{"deadLetterTargetArn":"x"}' })).rejects.toMatchObject(
    wrong,
  );
  const publish = (more: object) => client.send(new PublishCommand({ TopicArn: topicArn, Message: 'x', ...more }));
  await expect(publish({ Message: '' })).rejects.toMatchObject(wrong);
  await expect(publish({ Message: 'x'.repeat(262_145) })).rejects.toMatchObject(wrong);
  await expect(publish({ Subject: 'a\nb' })).rejects.toMatchObject(wrong);
  await expect(publish({ MessageStructure: 'json' })).rejects.toMatchObject(wrong);
  await expect(publish({ MessageAttributes: { a: { DataType: 'Colour', StringValue: 'x' } } })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
  const setPolicy = (AttributeValue: string) =>
    client.send(new SetTopicAttributesCommand({ TopicArn: topicArn, AttributeName: 'Policy', AttributeValue }));
  await expect(setPolicy('{')).rejects.toMatchObject(wrong);
  await expect(
    client.send(new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [] })),
  ).rejects.toMatchObject({ name: 'EmptyBatchRequestException' });
});

test('a filter and its scope can be changed together or one after the other', async () => {
  const { SubscriptionArn } = await subscribe('sqs', queueArn, { FilterPolicy: '{"a":["b"]}' });
  const set = (AttributeName: string, AttributeValue: string) =>
    client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  await expect(set('FilterPolicy', '{"a":{"b":["c"]}}')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await set('FilterPolicyScope', 'MessageBody');
  await set('FilterPolicy', '{"a":{"b":["c"]}}');
  await expect(set('FilterPolicyScope', 'MessageAttributes')).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('topics and subscriptions survive a restart', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'sns-'));
  try {
    const before = await startMessaging({ stateFolder });
    before.sns.topics.create('kept', {});
    const topic = before.sns.topics.arnOf('kept');
    await before.snsClient().send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queueArn }));
    await before.stop();
    const after = await startMessaging({ stateFolder });
    const { Subscriptions } = await after.snsClient().send(new ListSubscriptionsByTopicCommand({ TopicArn: topic }));
    await after.stop();
    expect(Subscriptions).toMatchObject([{ Endpoint: queueArn }]);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
});
