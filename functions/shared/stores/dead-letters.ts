import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** The queues in which failed work waits for a person. */
export function deadLetters(sqs: SQSClient) {
  /** How many messages each queue holds, by the queue's name. Approximate, as all that SQS counts; nothing is received. */
  async function countDeadLetters(queueUrls: readonly string[]): Promise<Record<string, number>> {
    const counts = await Promise.all(
      queueUrls.map(async (url): Promise<[string, number]> => {
        const { Attributes } = await sqs.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
        );
        return [url.split('/').at(-1) ?? url, Number(Attributes?.['ApproximateNumberOfMessages'])];
      }),
    );
    return Object.fromEntries(counts);
  }

  return { countDeadLetters };
}
