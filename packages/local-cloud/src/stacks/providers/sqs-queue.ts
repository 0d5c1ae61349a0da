import { z } from 'zod';
import { readSettings } from '../../services/sqs/queue-settings.ts';
import type { Sqs } from '../../services/sqs/sqs.ts';
import { physicalName } from '../physical-name.ts';
import { document, flag, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { tags, toTags } from './tags.ts';

const settings = {
  DelaySeconds: integer.optional(),
  MaximumMessageSize: integer.optional(),
  MessageRetentionPeriod: integer.optional(),
  ReceiveMessageWaitTimeSeconds: integer.optional(),
  VisibilityTimeout: integer.optional(),
  SqsManagedSseEnabled: flag.optional(),
  RedrivePolicy: document.optional(),
  RedriveAllowPolicy: document.optional(),
};
const schema = z.strictObject({ QueueName: text.optional(), Tags: tags.optional(), ...settings });
type Properties = z.output<typeof schema>;

export function sqsQueue(sqs: Sqs): Provider<Properties> {
  const made = (name: string): Made => ({
    ref: sqs.urlOf(name),
    attributes: { Arn: sqs.queues.get(name).messages.arn, QueueName: name, QueueUrl: sqs.urlOf(name) },
  });
  return {
    type: 'AWS::SQS::Queue',
    schema,
    replacedBy: ['QueueName'],
    namedBy: 'QueueName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.QueueName ?? physicalName(stack, logicalId, { maxLength: 80 });
      sqs.queues.create(name, readSettings(attributes(properties)), toTags(properties.Tags));
      return made(name);
    },
    update: async ({ ref, properties }) => {
      const name = sqs.nameOf(ref);
      sqs.queues.reset(name, readSettings(attributes(properties)));
      sqs.queues.tag(name, toTags(properties.Tags));
      return made(name);
    },
    delete: async ({ ref }) => sqs.queues.delete(sqs.nameOf(ref)),
  };
}

/** As the API has them: all of them text, documents as JSON. */
function attributes(properties: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.keys(settings)
      .map((name) => [name, properties[name as keyof typeof settings]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}
