import { join } from 'node:path';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { SubscriptionSettings } from './subscription-settings.ts';

export type Topic = {
  arn: string;
  name: string;
  displayName: string;
  policy: object;
  tags: Readonly<Record<string, string>>;
};

export type Subscription = {
  arn: string;
  topicArn: string;
  protocol: 'sqs' | 'lambda';
  /** ARN of the queue or the function. */
  endpoint: string;
  settings: SubscriptionSettings;
};

export type Topics = ReturnType<typeof openTopics>;

/** The account's topics and who listens to them. */
export function openTopics({ region, accountId, random, stateFolder }: ServiceContext) {
  const file = (name: string): string | undefined =>
    stateFolder === undefined ? undefined : join(stateFolder, 'sns', name);
  const topics = openStore<Topic>(file('topics.jsonl'));
  const subscriptions = openStore<Subscription>(file('subscriptions.jsonl'));

  function get(arn: string): Topic {
    const topic = topics.get(arn);
    if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return topic;
  }

  function getSubscription(arn: string): Subscription {
    const subscription = subscriptions.get(arn);
    if (subscription === undefined) throw new AwsError('NotFound', 'Subscription does not exist', 404);
    return subscription;
  }

  const subscriptionsOf = (topicArn: string): Subscription[] =>
    [...subscriptions.entries()].map(([, one]) => one).filter((one) => one.topicArn === topicArn);

  return {
    /** Throws AwsError NotFound. */
    get,
    find: (arn: string): Topic | undefined => topics.get(arn),
    list: (): Topic[] => [...topics.entries()].map(([, topic]) => topic),
    arnOf: (name: string): string => `arn:aws:sns:${region}:${accountId}:${name}`,

    create: (name: string, given: Partial<Pick<Topic, 'displayName' | 'policy' | 'tags'>>): Topic => {
      if (name.endsWith('.fifo')) throw notImplemented('FIFO topics');
      if (!/^[\w-]{1,256}$/.test(name)) throw new AwsError('InvalidParameter', 'Invalid parameter: Topic Name');
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
      const topic = { arn, name, displayName: '', policy: defaultPolicy(arn, accountId), tags: {}, ...given };
      topics.set(arn, topic);
      return topic;
    },
    change: (arn: string, changed: Partial<Pick<Topic, 'displayName' | 'policy' | 'tags'>>): void =>
      topics.set(arn, { ...get(arn), ...changed }),
    defaultPolicy: (arn: string): object => defaultPolicy(arn, accountId),
    /** With its subscriptions. Deleting what is not there is harmless. */
    delete: (arn: string): void => {
      topics.delete(arn);
      for (const subscription of subscriptionsOf(arn)) subscriptions.delete(subscription.arn);
    },

    subscriptionsOf,
    /** Throws AwsError NotFound. */
    getSubscription,
    listSubscriptions: (): Subscription[] => [...subscriptions.entries()].map(([, one]) => one),
    subscribe: (given: Pick<Subscription, 'topicArn' | 'protocol' | 'endpoint' | 'settings'>): Subscription => {
      get(given.topicArn);
      const subscription = { ...given, arn: `${given.topicArn}:${random.uuid()}` };
      subscriptions.set(subscription.arn, subscription);
      return subscription;
    },
    changeSubscription: (arn: string, settings: SubscriptionSettings): void =>
      subscriptions.set(arn, { ...getSubscription(arn), settings }),
    unsubscribe: (arn: string): void => {
      subscriptions.delete(arn);
    },
  };
}

/** What a topic has when nobody gives it a policy. It lets in what AWS sends in the owner's name, which buckets do not. */
function defaultPolicy(arn: string, accountId: string): object {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  };
}
