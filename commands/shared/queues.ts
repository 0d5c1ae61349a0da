import { setTimeout } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export type Counts = { arn: string; visible: number; inFlight: number; delayed: number };

/** SQS's own, approximate counts. */
export async function countMessages(sqs: SQSClient, queueUrl: string): Promise<Counts> {
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'QueueArn',
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return {
    arn: attributes.QueueArn ?? '',
    visible: Number(attributes.ApproximateNumberOfMessages),
    inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
    delayed: Number(attributes.ApproximateNumberOfMessagesDelayed),
  };
}

/** Takes up to `limit` messages, hidden from others for `hiddenSeconds`; ends when the queue answers nothing. */
export async function takeMessages(
  sqs: SQSClient,
  queueUrl: string,
  limit: number,
  hiddenSeconds: number,
): Promise<Message[]> {
  const taken: Message[] = [];
  while (taken.length < limit) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, limit - taken.length),
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      }),
    );
    if (messages.length === 0) break;
    taken.push(...messages);
  }
  return taken;
}

/** Makes messages that were only read visible again immediately. */
export async function putBack(sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    const batch = messages.slice(start, start + 10);
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 })),
      }),
    );
  }
}

export async function removeMessage(sqs: SQSClient, queueUrl: string, { ReceiptHandle }: Message): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
}

/**
 * Moves a dead-letter queue's messages to a queue, by SQS itself; resolves with how many it moved. The destination is named, since a
 * message that SNS could not deliver has no queue that it came from.
 */
export async function moveMessages(
  sqs: SQSClient,
  deadLetterQueueArn: string,
  destinationArn: string,
  progress: (moved: number) => void,
): Promise<number> {
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterQueueArn, DestinationArn: destinationArn }));
  for (;;) {
    const { Results: [task] = [] } = await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: deadLetterQueueArn, MaxResults: 1 }),
    );
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    progress(moved);
    if (task?.Status === 'COMPLETED') return moved;
    if (task?.Status !== 'RUNNING') {
      throw new Error(
        `Moving messages back from ${deadLetterQueueArn} ended as ${task?.Status ?? 'unknown'}: ${task?.FailureReason ?? 'no reason given'}`,
      );
    }
    await setTimeout(200);
  }
}
