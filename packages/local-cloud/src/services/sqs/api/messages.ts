import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import { wholeNumber } from '../../../wire/read-input.ts';
import { eachEntry } from '../batch.ts';
import { content, names, operation } from '../input.ts';
import { md5, md5OfAttributes, sizeOf } from '../message.ts';
import { nameOf } from '../queue-url.ts';
import type { OpenQueue, Queues } from '../queues.ts';
import { describeReceived } from '../received.ts';

const batchBytes = 1_048_576;

const QueueUrl = z.string();
const Id = z.string();
const ReceiptHandle = z.string();
const VisibilityTimeout = wholeNumber(0, 43_200);

const draft = z.strictObject({ QueueUrl, ...content });
const draftEntry = z.strictObject({ Id, ...content });
const deletion = z.strictObject({ QueueUrl, ReceiptHandle });
const deletionEntry = z.strictObject({ Id, ReceiptHandle });
const visibility = z.strictObject({ QueueUrl, ReceiptHandle, VisibilityTimeout });
const visibilityEntry = z.strictObject({ Id, ReceiptHandle, VisibilityTimeout: VisibilityTimeout.optional() });
const batchOf = <E extends z.ZodType>(entry: E) => z.strictObject({ QueueUrl, Entries: z.array(entry) });

const receiving = z.strictObject({
  QueueUrl,
  MaxNumberOfMessages: wholeNumber(1, 10).default(1),
  WaitTimeSeconds: wholeNumber(0, 20).optional(),
  VisibilityTimeout: VisibilityTimeout.optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});

/** What is done with messages: send, receive, delete, hide. */
export function messageOperations(accountId: string, queues: Queues): Record<string, JsonOperation> {
  function at(url: string, action: string, { authorize }: WireRequest): OpenQueue {
    const queue = queues.get(nameOf(accountId, url));
    authorize(`sqs:${action}`, queue.messages.arn, {}, queue.record().settings.Policy);
    queue.messages.use();
    return queue;
  }

  function send(
    queue: OpenQueue,
    input: z.output<typeof draftEntry | typeof draft>,
    { callerArn }: WireRequest,
  ): object {
    const traceHeader = input.MessageSystemAttributes.AWSTraceHeader?.StringValue;
    const message = queue.messages.send({
      body: input.MessageBody,
      attributes: input.MessageAttributes,
      senderId: callerArn,
      delaySeconds: input.DelaySeconds,
      ...(traceHeader !== undefined && { traceHeader }),
    });
    const ofAttributes = md5OfAttributes(message.attributes);
    const ofSystem = md5OfAttributes(
      traceHeader === undefined ? {} : { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
    );
    return {
      MessageId: message.id,
      MD5OfMessageBody: md5(message.body),
      ...(ofAttributes !== undefined && { MD5OfMessageAttributes: ofAttributes }),
      ...(ofSystem !== undefined && { MD5OfMessageSystemAttributes: ofSystem }),
    };
  }

  return {
    SendMessage: operation('SendMessage', draft, (input, request) =>
      send(at(input.QueueUrl, 'SendMessage', request), input, request),
    ),

    SendMessageBatch: operation('SendMessageBatch', batchOf(draftEntry), (input, request) => {
      const queue = at(input.QueueUrl, 'SendMessage', request);
      const bytes = input.Entries.map(({ MessageBody: body, MessageAttributes: attributes }) =>
        sizeOf({ body, attributes }),
      );
      const sum = bytes.reduce((total, one) => total + one, 0);
      if (sum > batchBytes) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${batchBytes} bytes. You have sent ${sum} bytes.`,
        );
      }
      return eachEntry(input.Entries, (entry) => send(queue, entry, request));
    }),

    ReceiveMessage: operation('ReceiveMessage', receiving, async (input, request) => {
      const queue = at(input.QueueUrl, 'ReceiveMessage', request);
      const seconds = input.WaitTimeSeconds ?? queue.record().settings.ReceiveMessageWaitTimeSeconds;
      const messages = await queue.messages.receive({
        max: input.MaxNumberOfMessages,
        waitMs: seconds * 1000,
        visibilityTimeout: input.VisibilityTimeout,
        signal: request.signal,
      });
      if (messages.length === 0) return {};
      const asked = {
        systemAttributes: [...input.AttributeNames, ...input.MessageSystemAttributeNames],
        messageAttributes: input.MessageAttributeNames,
      };
      return { Messages: messages.map((message) => describeReceived(message, asked)) };
    }),

    DeleteMessage: operation('DeleteMessage', deletion, (input, request) => {
      at(input.QueueUrl, 'DeleteMessage', request).messages.delete(input.ReceiptHandle);
      return {};
    }),

    DeleteMessageBatch: operation('DeleteMessageBatch', batchOf(deletionEntry), (input, request) => {
      const { messages } = at(input.QueueUrl, 'DeleteMessage', request);
      return eachEntry(input.Entries, (entry) => {
        messages.delete(entry.ReceiptHandle);
        return {};
      });
    }),

    ChangeMessageVisibility: operation('ChangeMessageVisibility', visibility, (input, request) => {
      const { messages } = at(input.QueueUrl, 'ChangeMessageVisibility', request);
      messages.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
      return {};
    }),

    ChangeMessageVisibilityBatch: operation(
      'ChangeMessageVisibilityBatch',
      batchOf(visibilityEntry),
      (input, request) => {
        const { messages } = at(input.QueueUrl, 'ChangeMessageVisibility', request);
        return eachEntry(input.Entries, (entry) => {
          messages.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout ?? 0);
          return {};
        });
      },
    ),
  };
}
