import { z } from 'zod';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import type { QueryOperation } from '../../../wire/query.ts';
import { queryList } from '../../../wire/read-input.ts';
import { content, operation } from './input.ts';
import type { Draft } from '../message.ts';
import type { Topics } from '../topics.ts';

const batchLimit = 10;
const batchBytes = 262_144;

const entry = z.strictObject({ Id: z.string(), ...content });
type Content = Omit<z.output<typeof entry>, 'Id'>;

/** Publishing, one message or ten. */
export function publishOperations(
  topics: Topics,
  publish: (topicArn: string, draft: Draft) => string,
): Record<string, QueryOperation> {
  function authorized(arn: string, { authorize }: WireRequest): string {
    const topic = topics.get(arn);
    authorize('sns:Publish', topic.arn, {}, topic.policy);
    return topic.arn;
  }

  return {
    Publish: operation(
      'Publish',
      z.strictObject({ TopicArn: z.string().optional(), TargetArn: z.string().optional(), ...content }),
      ({ TopicArn, TargetArn, ...given }, request) => {
        const arn = TopicArn ?? TargetArn;
        if (arn === undefined)
          throw new AwsError(
            'InvalidParameter',
            'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
          );
        if (/^arn:aws:sns:[^:]*:\d*:(app|endpoint)\//.test(arn)) throw notImplemented('mobile push');
        return { MessageId: publish(authorized(arn, request), draftOf(given, request)) };
      },
    ),

    PublishBatch: operation(
      'PublishBatch',
      z.strictObject({ TopicArn: z.string(), PublishBatchRequestEntries: queryList(entry) }),
      ({ TopicArn, PublishBatchRequestEntries: entries }, request) => {
        const arn = authorized(TopicArn, request);
        check(entries);
        const successful: { Id: string; MessageId: string }[] = [];
        const failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
        for (const { Id, ...given } of entries) {
          try {
            successful.push({ Id, MessageId: publish(arn, draftOf(given, request)) });
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
          }
        }
        return { Successful: { member: successful }, Failed: { member: failed } };
      },
    ),
  };
}

function draftOf({ Message, Subject, MessageStructure, MessageAttributes }: Content, { headers }: WireRequest): Draft {
  const traceHeader = headers['x-amzn-trace-id'];
  return {
    message: Message,
    attributes: MessageAttributes,
    ...(Subject !== undefined && { subject: Subject }),
    ...(MessageStructure !== undefined && { structure: MessageStructure }),
    ...(traceHeader !== undefined && { traceHeader }),
  };
}

function check(entries: readonly z.output<typeof entry>[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > batchLimit) {
    throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  }
  const ids = entries.map(({ Id }) => Id);
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  if (entries.reduce((sum, { Message }) => sum + Buffer.byteLength(Message), 0) > batchBytes) {
    throw new AwsError(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  }
}
