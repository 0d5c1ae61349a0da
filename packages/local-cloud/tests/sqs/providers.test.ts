import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRandom } from '../../src/core/random.ts';
import { readProperties, UnsupportedTemplateError } from '../../src/stacks/properties.ts';
import type { Provider, StackContext } from '../../src/stacks/provider.ts';
import { iamRole } from '../../src/stacks/providers/iam-role.ts';
import { snsSubscription } from '../../src/stacks/providers/sns-subscription.ts';
import { snsTopicPolicy } from '../../src/stacks/providers/sns-topic-policy.ts';
import { snsTopic } from '../../src/stacks/providers/sns-topic.ts';
import { sqsQueuePolicy } from '../../src/stacks/providers/sqs-queue-policy.ts';
import { sqsQueue } from '../../src/stacks/providers/sqs-queue.ts';
import { startMessaging, type Messaging } from '../support/messaging.ts';

let cloud: Messaging;
beforeEach(async () => {
  cloud = await startMessaging();
});
afterEach(() => cloud.stop());

const stack: StackContext = {
  stackName: 'app',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/app/1',
  region: 'us-east-1',
  accountId: '000000000000',
  random: createRandom(7),
};

/** What the stacks engine does with a resource. */
function using<P>(provider: Provider<P>, logicalId: string) {
  const read = (properties: unknown): P => readProperties(provider, { logicalId, type: provider.type, properties });
  return {
    create: (properties: unknown) => provider.create({ logicalId, properties: read(properties), stack }),
    update: (ref: string, before: unknown, properties: unknown) =>
      provider.update({ logicalId, ref, before: read(before), properties: read(properties), stack }),
    delete: (ref: string, properties: unknown) =>
      provider.delete({ logicalId, ref, properties: read(properties), stack }),
  };
}

const policyOf = (Service: string, Action: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action, Resource }],
});

test('a queue is made, changed back to defaults and deleted', async () => {
  const queues = using(sqsQueue(cloud.sqs), 'Jobs');
  const dlq = await using(sqsQueue(cloud.sqs), 'Dead').create({
    QueueName: 'dead',
    MessageRetentionPeriod: '1209600',
    RedriveAllowPolicy: { redrivePermission: 'allowAll' },
  });
  const before = {
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: 361,
    RedrivePolicy: { deadLetterTargetArn: dlq.attributes['Arn'], maxReceiveCount: 5 },
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  const { ref, attributes } = await queues.create(before);
  const name = String(attributes['QueueName']);
  expect(name).toMatch(/^app-Jobs-[0-9A-F]{12}$/);
  expect(ref).toBe(`${cloud.endpoint}/000000000000/${name}`);
  expect(attributes['Arn']).toBe(`arn:aws:sqs:us-east-1:000000000000:${name}`);
  expect(cloud.sqs.queues.get(name).record()).toMatchObject({
    settings: { VisibilityTimeout: 361, RedrivePolicy: { maxReceiveCount: 5 } },
    tags: { a: 'b' },
  });

  const policies = using(sqsQueuePolicy(cloud.sqs), 'JobsPolicy');
  const PolicyDocument = policyOf('sns.amazonaws.com', 'sqs:SendMessage', '*');
  const policy = await policies.create({ Queues: [ref], PolicyDocument });
  await queues.update(ref, before, { DelaySeconds: 3 });
  const { settings, tags } = cloud.sqs.queues.get(name).record();
  expect(settings).toMatchObject({ VisibilityTimeout: 30, DelaySeconds: 3, Policy: PolicyDocument });
  expect([settings.RedrivePolicy, tags]).toEqual([undefined, {}]);

  await policies.update(policy.ref, { Queues: [ref], PolicyDocument }, { Queues: [dlq.ref], PolicyDocument });
  expect(cloud.sqs.queues.get(name).record().settings.Policy).toBeUndefined();
  expect(cloud.sqs.queues.get('dead').record().settings.Policy).toEqual(PolicyDocument);
  await queues.delete(ref, {});
  await policies.delete(policy.ref, { Queues: [ref, dlq.ref], PolicyDocument });
  expect(cloud.sqs.queues.find(name)).toBeUndefined();
  expect(cloud.sqs.queues.get('dead').record().settings.Policy).toBeUndefined();
});

test("a topic's own list of subscriptions is kept, and no other is touched", async () => {
  const topics = using(snsTopic(cloud.sns), 'News');
  const arn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const to = (...names: string[]) => ({
    Subscription: names.map((name) => ({ Protocol: 'sqs', Endpoint: arn(name) })),
  });
  const { ref } = await topics.create(to('first', 'second'));
  await using(snsSubscription(cloud.sns), 'Own').create({ TopicArn: ref, Protocol: 'sqs', Endpoint: arn('own') });
  const second = cloud.sns.topics.subscriptionsOf(ref).find(({ endpoint }) => endpoint === arn('second'));
  await topics.update(ref, to('first', 'second'), to('second', 'third'));
  const after = cloud.sns.topics.subscriptionsOf(ref);
  expect(after.map(({ endpoint }) => endpoint).sort()).toEqual([arn('own'), arn('second'), arn('third')]);
  expect(after).toContainEqual(second);
  await expect(topics.create({ Subscription: [{ Protocol: 'email', Endpoint: 'a@b.c' }] })).rejects.toThrow(
    'does not implement subscriptions by the protocol email',
  );
  expect(cloud.sns.topics.list()).toHaveLength(1);
});

test('a topic, its policy and its subscriptions are made, changed and deleted', async () => {
  const topics = using(snsTopic(cloud.sns), 'Uploads');
  const { ref: topicArn, attributes } = await topics.create({ DisplayName: 'Uploads' });
  expect(attributes).toMatchObject({ TopicArn: topicArn, TopicName: expect.stringMatching(/^app-Uploads-/) });
  await topics.update(topicArn, { DisplayName: 'Uploads' }, {});
  expect(cloud.sns.topics.get(topicArn).displayName).toBe('');

  const policies = using(snsTopicPolicy(cloud.sns), 'UploadsPolicy');
  const given = { Topics: [topicArn], PolicyDocument: policyOf('s3.amazonaws.com', 'sns:Publish', topicArn) };
  const policy = await policies.create(given);
  expect(cloud.sns.topics.get(topicArn).policy).toEqual(given.PolicyDocument);
  await policies.delete(policy.ref, given);
  expect(cloud.sns.topics.get(topicArn).policy).toMatchObject({ Id: '__default_policy_ID' });

  const subscriptions = using(snsSubscription(cloud.sns), 'Subscription');
  const before = {
    TopicArn: topicArn,
    Protocol: 'sqs',
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:jobs',
    RawMessageDelivery: true,
    RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead' },
  };
  const { ref } = await subscriptions.create(before);
  expect(cloud.sns.topics.getSubscription(ref).settings).toMatchObject({ RawMessageDelivery: true });
  await subscriptions.update(ref, before, { ...before, RawMessageDelivery: 'false', FilterPolicy: { a: ['b'] } });
  expect(cloud.sns.topics.getSubscription(ref).settings).toMatchObject({
    RawMessageDelivery: false,
    FilterPolicy: { a: ['b'] },
  });
  await subscriptions.delete(ref, before);
  await topics.delete(topicArn, {});
  expect([cloud.sns.topics.list(), cloud.sns.topics.listSubscriptions()]).toEqual([[], []]);
});

test('a role is made, changed and deleted', async () => {
  const roles = using(iamRole(cloud.iam), 'WorkerRole');
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const PolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
  };
  const before = { AssumeRolePolicyDocument, Policies: [{ PolicyName: 'work', PolicyDocument }] };
  const { ref, attributes } = await roles.create(before);
  const arn = String(attributes['Arn']);
  expect(ref).toMatch(/^app-WorkerRole-[0-9A-F]{12}$/);
  expect(arn).toBe(`arn:aws:iam::000000000000:role/${ref}`);
  const decide = () => cloud.iam.decide(arn, 's3:GetObject', 'arn:aws:s3:::a/b');
  expect(decide()).toBe('allowed');
  const keys = cloud.iam.credentialsFor(arn);
  const after = await roles.update(ref, before, { AssumeRolePolicyDocument });
  expect(after).toEqual({ ref, attributes });
  expect(decide()).toBe('not-allowed');
  expect(() => cloud.iam.callerOf(keys.accessKeyId).authorize('s3:GetObject', 'arn:aws:s3:::a/b')).toThrow();
  await roles.delete(ref, before);
  expect(cloud.iam.roles.list()).toEqual([]);
});

test.each([
  ['AWS::SQS::Queue', () => using(sqsQueue(cloud.sqs), 'R'), { FifoQueue: true }, 'FifoQueue'],
  ['AWS::SQS::Queue', () => using(sqsQueue(cloud.sqs), 'R'), { KmsMasterKeyId: 'x' }, 'KmsMasterKeyId'],
  ['AWS::SNS::Topic', () => using(snsTopic(cloud.sns), 'R'), { KmsMasterKeyId: 'x' }, 'KmsMasterKeyId'],
  [
    'AWS::IAM::Role',
    () => using(iamRole(cloud.iam), 'R'),
    { AssumeRolePolicyDocument: {}, PermissionsBoundary: 'x' },
    'PermissionsBoundary',
  ],
])('%s refuses by name the property that it does not have (%#)', async (type, provider, properties, name) => {
  const create = async () => provider().create(properties);
  await expect(create()).rejects.toThrow(UnsupportedTemplateError);
  await expect(create()).rejects.toThrow(
    `R.Properties.${name}: the local cloud does not implement this property of ${type}.`,
  );
});

test('a failed creation leaves nothing behind', async () => {
  const queues = using(sqsQueue(cloud.sqs), 'Jobs');
  const RedrivePolicy = { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:nowhere', maxReceiveCount: 5 };
  await expect(queues.create({ RedrivePolicy })).rejects.toThrow('does not exist');
  await expect(
    using(snsSubscription(cloud.sns), 'S').create({ TopicArn: 'arn:none', Protocol: 'sqs', Endpoint: 'x' }),
  ).rejects.toMatchObject({ code: 'InvalidParameter' });
  expect([cloud.sqs.queues.list(), cloud.sns.topics.listSubscriptions()]).toEqual([[], []]);
});
