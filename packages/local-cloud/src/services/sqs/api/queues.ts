import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import { paged } from '../../../wire/paged.ts';
import { wholeNumber } from '../../../wire/read-input.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { names, operation, texts } from '../input.ts';
import { nameOf, urlOf } from '../queue-url.ts';
import { readSettings, writeSettings } from '../queue-settings.ts';
import type { OpenQueue, QueueRecord, Queues } from '../queues.ts';

/** After a deletion SQS keeps the name back this long, and between two purges as well. */
const restMs = 60_000;

const QueueName = z.string();
const QueueUrl = z.string();
const paging = { MaxResults: wholeNumber(1, 1000).optional(), NextToken: z.string().optional() };

/** What is done with queues themselves. */
export function queueOperations(context: ServiceContext, queues: Queues): Record<string, JsonOperation> {
  const { accountId, region, clock } = context;
  const purgedAt = new Map<string, number>();
  const urlsOf = (listed: readonly OpenQueue[]): string[] => listed.map(({ record }) => urlOf(context, record().name));
  const isResting = (since: number | undefined): boolean =>
    since !== undefined && clock.now().getTime() < since + restMs / clock.factor;

  function at(url: string, action: string, { authorize }: WireRequest): OpenQueue {
    const queue = queues.get(nameOf(accountId, url));
    authorize(`sqs:${action}`, queue.messages.arn, {}, queue.record().settings.Policy);
    queue.messages.use();
    return queue;
  }

  return {
    CreateQueue: operation(
      'CreateQueue',
      z.strictObject({ QueueName, Attributes: texts.default({}), tags: texts.default({}) }),
      (input, { authorize }) => {
        authorize('sqs:CreateQueue', `arn:aws:sqs:${region}:${accountId}:${input.QueueName}`);
        const settings = readSettings(input.Attributes);
        const existing = queues.find(input.QueueName);
        if (existing === undefined) {
          if (isResting(queues.deletedAt(input.QueueName))) {
            throw new AwsError(
              'QueueDeletedRecently',
              'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
            );
          }
          queues.create(input.QueueName, settings, input.tags);
        } else checkSame(existing.record(), input.Attributes, writeSettings(settings as QueueRecord['settings']));
        return { QueueUrl: urlOf(context, input.QueueName) };
      },
    ),

    DeleteQueue: operation('DeleteQueue', z.strictObject({ QueueUrl }), (input, request) => {
      queues.delete(at(input.QueueUrl, 'DeleteQueue', request).record().name);
      return {};
    }),

    GetQueueUrl: operation(
      'GetQueueUrl',
      z.strictObject({ QueueName, QueueOwnerAWSAccountId: z.literal(accountId).optional() }),
      (input, { authorize }) => {
        const { messages, record } = queues.get(input.QueueName);
        authorize('sqs:GetQueueUrl', messages.arn, {}, record().settings.Policy);
        return { QueueUrl: urlOf(context, input.QueueName) };
      },
    ),

    ListQueues: operation(
      'ListQueues',
      z.strictObject({ QueueNamePrefix: z.string().default(''), ...paging }),
      (input, { authorize }) => {
        authorize('sqs:ListQueues', '*');
        const listed = queues.list().filter(({ record }) => record().name.startsWith(input.QueueNamePrefix));
        const { items, next } = page(urlsOf(listed), input);
        return { ...(items.length > 0 && { QueueUrls: items }), ...next };
      },
    ),

    ListDeadLetterSourceQueues: operation(
      'ListDeadLetterSourceQueues',
      z.strictObject({ QueueUrl, ...paging }),
      (input, request) => {
        const { messages } = at(input.QueueUrl, 'ListDeadLetterSourceQueues', request);
        const { items, next } = page(urlsOf(queues.sourcesOf(messages.arn)), input);
        return { queueUrls: items, ...next };
      },
    ),

    GetQueueAttributes: operation(
      'GetQueueAttributes',
      z.strictObject({ QueueUrl, AttributeNames: names }),
      (input, request) => {
        const queue = at(input.QueueUrl, 'GetQueueAttributes', request);
        const all = describe(queue);
        const wanted = input.AttributeNames.includes('All') ? Object.keys(all) : input.AttributeNames;
        const unknown = wanted.find((name) => !known.has(name));
        if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
        const found = Object.entries(all).filter(([name]) => wanted.includes(name));
        return found.length > 0 ? { Attributes: Object.fromEntries(found) } : {};
      },
    ),

    SetQueueAttributes: operation(
      'SetQueueAttributes',
      z.strictObject({ QueueUrl, Attributes: texts }),
      (input, request) => {
        const { record } = at(input.QueueUrl, 'SetQueueAttributes', request);
        queues.change(record().name, readSettings(input.Attributes));
        return {};
      },
    ),

    PurgeQueue: operation('PurgeQueue', z.strictObject({ QueueUrl }), (input, request) => {
      const { messages } = at(input.QueueUrl, 'PurgeQueue', request);
      if (isResting(purgedAt.get(messages.arn))) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${messages.arn} is allowed every 60 seconds.`,
          403,
        );
      }
      purgedAt.set(messages.arn, clock.now().getTime());
      messages.purge();
      return {};
    }),

    TagQueue: operation('TagQueue', z.strictObject({ QueueUrl, Tags: texts }), (input, request) => {
      const { name, tags } = at(input.QueueUrl, 'TagQueue', request).record();
      queues.tag(name, { ...tags, ...input.Tags });
      return {};
    }),

    UntagQueue: operation('UntagQueue', z.strictObject({ QueueUrl, TagKeys: names }), (input, request) => {
      const { name, tags } = at(input.QueueUrl, 'UntagQueue', request).record();
      queues.tag(name, Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))));
      return {};
    }),

    ListQueueTags: operation('ListQueueTags', z.strictObject({ QueueUrl }), (input, request) => {
      const { tags } = at(input.QueueUrl, 'ListQueueTags', request).record();
      return Object.keys(tags).length > 0 ? { Tags: tags } : {};
    }),
  };
}

/** Creating a queue again is harmless if it asks for nothing else than what is there. */
function checkSame(
  { name, settings }: QueueRecord,
  asked: Readonly<Record<string, string>>,
  normalised: Readonly<Record<string, string>>,
): void {
  const present = writeSettings(settings);
  const different = Object.keys(asked).find((attribute) => normalised[attribute] !== present[attribute]);
  if (different !== undefined) {
    throw new AwsError(
      'QueueNameExists',
      `A queue named ${name} already exists with a different value for attribute ${different}.`,
    );
  }
}

function describe({ record, messages }: OpenQueue): Record<string, string> {
  const { arn, settings, createdAt, changedAt } = record();
  const { visible, inFlight, delayed } = messages.counts();
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(changedAt / 1000)),
    ...writeSettings(settings),
  };
}

/** What may be asked for: some have no value in a standard queue without KMS, and then there is none in the answer. */
const known = new Set([
  'QueueArn',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'Policy',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
]);

/** Without MaxResults there are up to a thousand, and no token. */
function page(
  urls: readonly string[],
  { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
): ReturnType<typeof paged<string>> {
  const { items, next } = paged(urls, {
    token: NextToken,
    size: MaxResults ?? 1000,
    invalidCode: 'InvalidParameterValue',
  });
  return { items, next: MaxResults === undefined ? {} : next };
}
