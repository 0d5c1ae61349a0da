import { z } from 'zod';
import { readPolicy } from '../../permissions/evaluate.ts';
import type { Sns } from '../../services/sns/sns.ts';
import { physicalName } from '../physical-name.ts';
import { document, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const schema = z.strictObject({ Topics: z.array(text).min(1), PolicyDocument: document });

/** The policy of topics. A topic has one policy: without this one it is the default again. */
export function snsTopicPolicy({ topics }: Pick<Sns, 'topics'>): Provider<z.output<typeof schema>> {
  const set = (arns: readonly string[], policy: object): void => {
    readPolicy(policy, 'resource');
    for (const arn of arns) topics.change(arn, { policy });
  };
  const reset = (arns: readonly string[]): void => {
    for (const arn of arns) if (topics.find(arn)) topics.change(arn, { policy: topics.defaultPolicy(arn) });
  };
  return {
    type: 'AWS::SNS::TopicPolicy',
    schema,
    replacedBy: [],
    create: async ({ logicalId, properties, stack }) => {
      set(properties.Topics, properties.PolicyDocument);
      const id = physicalName(stack, logicalId);
      return { ref: id, attributes: { Id: id } };
    },
    update: async ({ ref, before, properties }) => {
      set(properties.Topics, properties.PolicyDocument);
      reset(before.Topics.filter((arn) => !properties.Topics.includes(arn)));
      return { ref, attributes: { Id: ref } };
    },
    delete: async ({ properties }) => reset(properties.Topics),
  };
}
