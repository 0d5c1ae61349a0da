import { z } from 'zod';
import { readPolicy } from '../../permissions/evaluate.ts';
import type { Sqs } from '../../services/sqs/sqs.ts';
import { physicalName } from '../physical-name.ts';
import { document, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const schema = z.strictObject({ Queues: z.array(text).min(1), PolicyDocument: document });

/** The policy of queues, which are named by URL. A queue has one policy: this one takes the place of any other. */
export function sqsQueuePolicy(sqs: Sqs): Provider<z.output<typeof schema>> {
  const set = (urls: readonly string[], Policy: object | undefined): void => {
    for (const url of urls) sqs.queues.change(sqs.nameOf(url), { Policy });
  };
  return {
    type: 'AWS::SQS::QueuePolicy',
    schema,
    replacedBy: [],
    create: async ({ logicalId, properties, stack }) => {
      readPolicy(properties.PolicyDocument, 'resource');
      set(properties.Queues, properties.PolicyDocument);
      const id = physicalName(stack, logicalId);
      return { ref: id, attributes: { Id: id } };
    },
    update: async ({ ref, before, properties }) => {
      readPolicy(properties.PolicyDocument, 'resource');
      set(
        before.Queues.filter((url) => !properties.Queues.includes(url) && isThere(sqs, url)),
        undefined,
      );
      set(properties.Queues, properties.PolicyDocument);
      return { ref, attributes: { Id: ref } };
    },
    delete: async ({ properties }) =>
      set(
        properties.Queues.filter((url) => isThere(sqs, url)),
        undefined,
      ),
  };
}

function isThere(sqs: Sqs, url: string): boolean {
  return sqs.queues.find(sqs.nameOf(url)) !== undefined;
}
