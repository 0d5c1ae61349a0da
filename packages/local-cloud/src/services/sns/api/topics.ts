import { z } from 'zod';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { readPolicy } from '../../../permissions/evaluate.ts';
import type { QueryOperation } from '../../../wire/query.ts';
import { queryList } from '../../../wire/read-input.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { attributes, operation, page, tags } from './input.ts';
import type { Topic, Topics } from '../topics.ts';

const TopicArn = z.string();

/** What is done with topics. */
export function topicOperations({ accountId }: ServiceContext, topics: Topics): Record<string, QueryOperation> {
  return {
    CreateTopic: operation(
      'CreateTopic',
      z.strictObject({ Name: z.string(), Attributes: attributes, Tags: tags }),
      ({ Name, Attributes, Tags }, { authorize }) => {
        const arn = topics.arnOf(Name);
        authorize('sns:CreateTopic', arn);
        const changes = readAttributes(Attributes);
        const existing = topics.find(arn);
        if (existing === undefined) topics.create(Name, { ...changes, tags: Tags });
        else checkSame(existing, changes, Tags);
        return { TopicArn: arn };
      },
    ),

    DeleteTopic: operation('DeleteTopic', z.strictObject({ TopicArn }), (input, { authorize }) => {
      const { policy } = topics.find(input.TopicArn) ?? {};
      authorize('sns:DeleteTopic', input.TopicArn, {}, policy);
      topics.delete(input.TopicArn);
      return undefined;
    }),

    ListTopics: operation(
      'ListTopics',
      z.strictObject({ NextToken: z.string().optional() }),
      ({ NextToken }, { authorize }) => {
        authorize('sns:ListTopics', '*');
        const { items, next } = page(topics.list(), NextToken);
        return { Topics: { member: items.map(({ arn }) => ({ TopicArn: arn })) }, ...next };
      },
    ),

    GetTopicAttributes: operation('GetTopicAttributes', z.strictObject({ TopicArn }), (input, { authorize }) => {
      const topic = topics.get(input.TopicArn);
      authorize('sns:GetTopicAttributes', topic.arn, {}, topic.policy);
      const described = {
        TopicArn: topic.arn,
        Owner: accountId,
        Policy: JSON.stringify(topic.policy),
        DisplayName: topic.displayName,
        SubscriptionsConfirmed: String(topics.subscriptionsOf(topic.arn).length),
        SubscriptionsPending: '0',
        SubscriptionsDeleted: '0',
      };
      return { Attributes: { entry: Object.entries(described).map(([key, value]) => ({ key, value })) } };
    }),

    SetTopicAttributes: operation(
      'SetTopicAttributes',
      z.strictObject({ TopicArn, AttributeName: z.string(), AttributeValue: z.string().default('') }),
      (input, { authorize }) => {
        const topic = topics.get(input.TopicArn);
        authorize('sns:SetTopicAttributes', topic.arn, {}, topic.policy);
        topics.change(topic.arn, readAttributes({ [input.AttributeName]: input.AttributeValue }));
        return undefined;
      },
    ),

    TagResource: operation(
      'TagResource',
      z.strictObject({ ResourceArn: z.string(), Tags: tags }),
      ({ ResourceArn, Tags }, { authorize }) => {
        const topic = topics.get(ResourceArn);
        authorize('sns:TagResource', topic.arn);
        topics.change(topic.arn, { tags: { ...topic.tags, ...Tags } });
        return {};
      },
    ),

    UntagResource: operation(
      'UntagResource',
      z.strictObject({ ResourceArn: z.string(), TagKeys: queryList(z.string()) }),
      ({ ResourceArn, TagKeys }, { authorize }) => {
        const topic = topics.get(ResourceArn);
        authorize('sns:UntagResource', topic.arn);
        const kept = Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key));
        topics.change(topic.arn, { tags: Object.fromEntries(kept) });
        return {};
      },
    ),

    ListTagsForResource: operation(
      'ListTagsForResource',
      z.strictObject({ ResourceArn: z.string() }),
      ({ ResourceArn }, { authorize }) => {
        const topic = topics.get(ResourceArn);
        authorize('sns:ListTagsForResource', topic.arn);
        return { Tags: { member: Object.entries(topic.tags).map(([Key, Value]) => ({ Key, Value })) } };
      },
    ),
  };
}

function readAttributes(texts: Readonly<Record<string, string>>): Partial<Pick<Topic, 'displayName' | 'policy'>> {
  const changes: Partial<Pick<Topic, 'displayName' | 'policy'>> = {};
  for (const [name, text] of Object.entries(texts)) {
    switch (name) {
      case 'DisplayName':
        changes.displayName = text;
        break;
      case 'Policy':
        readPolicy(text, 'resource');
        changes.policy = JSON.parse(text) as object;
        break;
      case 'FifoTopic':
      case 'ContentBasedDeduplication':
        if (text !== 'false') throw notImplemented('FIFO topics');
        break;
      case 'KmsMasterKeyId':
        throw notImplemented('topics encrypted by KMS');
      default:
        throw notImplemented(`the topic attribute ${name}`);
    }
  }
  return changes;
}

/** Creating a topic again is harmless if it asks for nothing else than what is there. */
function checkSame(topic: Topic, changes: Partial<Topic>, asked: Readonly<Record<string, string>>): void {
  const differs =
    (changes.displayName !== undefined && changes.displayName !== topic.displayName) ||
    (changes.policy !== undefined && JSON.stringify(changes.policy) !== JSON.stringify(topic.policy));
  if (differs) {
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    );
  }
  if (Object.entries(asked).some(([key, value]) => topic.tags[key] !== value)) {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Tags Reason: Topic already exists with different tags');
  }
}
