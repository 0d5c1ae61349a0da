import { z } from 'zod';
import type { Sns } from '../../services/sns/sns.ts';
import { physicalName } from '../physical-name.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { tags, toTags } from './tags.ts';

const schema = z.strictObject({
  TopicName: text.optional(),
  DisplayName: text.optional(),
  Tags: tags.optional(),
});

export function snsTopic({ topics }: Pick<Sns, 'topics'>): Provider<z.output<typeof schema>> {
  const made = (arn: string): Made => ({
    ref: arn,
    attributes: { TopicArn: arn, TopicName: topics.get(arn).name },
  });
  return {
    type: 'AWS::SNS::Topic',
    schema,
    replacedBy: ['TopicName'],
    namedBy: 'TopicName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.TopicName ?? physicalName(stack, logicalId, { maxLength: 256 });
      return made(
        topics.create(name, { displayName: properties.DisplayName ?? '', tags: toTags(properties.Tags) }).arn,
      );
    },
    update: async ({ ref, properties }) => {
      topics.change(ref, { displayName: properties.DisplayName ?? '', tags: toTags(properties.Tags) });
      return made(ref);
    },
    delete: async ({ ref }) => topics.delete(ref),
  };
}
