import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';

const counted = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

/** The queues in which failed work waits for a person. */
export function deadLetters(sqs: SQSClient) {
  /**
   * How many messages each queue holds, by the queue's name; with those that somebody looks at just now, which would else be new when
   * they lie there again. Approximate, as all that SQS counts; nothing is received.
   */
  async function countDeadLetters(queueUrls: readonly string[]): Promise<Record<string, number>> {
    const counts = await Promise.all(
      queueUrls.map(async (url): Promise<[string, number]> => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...counted] }),
        );
        const counts = counted.map((name) => Number(Attributes?.[name]));
        return [url.split('/').at(-1) ?? url, counts.reduce((sum, count) => sum + count, 0)];
      }),
    );
    return Object.fromEntries(counts);
  }

  return { countDeadLetters };
}
