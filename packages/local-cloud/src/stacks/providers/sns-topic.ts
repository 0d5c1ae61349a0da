import { z } from 'zod';
import type { Sns } from '../../services/sns/sns.ts';
import { checkEndpoint, subscribe } from '../../services/sns/subscribing.ts';
import { physicalName } from '../physical-name.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { tags, toTags } from './tags.ts';

const schema = z.strictObject({
  TopicName: text.optional(),
  DisplayName: text.optional(),
  Subscription: z.array(z.strictObject({ Protocol: text, Endpoint: text })).optional(),
  Tags: tags.optional(),
});

type Properties = z.output<typeof schema>;

export function snsTopic({ topics }: Pick<Sns, 'topics'>): Provider<Properties> {
  const made = (arn: string): Made => ({
    ref: arn,
    attributes: { TopicArn: arn, TopicName: topics.get(arn).name },
  });
  /** Only what the topic's own list had is taken away: subscriptions that are resources of their own stay. */
  const changeSubscriptions = (
    topicArn: string,
    before: Properties,
    { Subscription: wanted = [] }: Properties,
  ): void => {
    for (const { Protocol, Endpoint } of before.Subscription ?? []) {
      if (wanted.some((one) => one.Protocol === Protocol && one.Endpoint === Endpoint)) continue;
      const gone = topics
        .subscriptionsOf(topicArn)
        .find((one) => one.protocol === Protocol && one.endpoint === Endpoint);
      if (gone !== undefined) topics.unsubscribe(gone.arn);
    }
    for (const { Protocol, Endpoint } of wanted) {
      subscribe(topics, { topicArn, protocol: checkEndpoint(Protocol, Endpoint), endpoint: Endpoint, attributes: {} });
    }
  };
  return {
    type: 'AWS::SNS::Topic',
    schema,
    replacedBy: ['TopicName'],
    namedBy: 'TopicName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.TopicName ?? physicalName(stack, logicalId, { maxLength: 256 });
      for (const { Protocol, Endpoint } of properties.Subscription ?? []) checkEndpoint(Protocol, Endpoint);
      const { arn } = topics.create(name, { displayName: properties.DisplayName ?? '', tags: toTags(properties.Tags) });
      changeSubscriptions(arn, {}, properties);
      return made(arn);
    },
    update: async ({ ref, before, properties }) => {
      topics.change(ref, { displayName: properties.DisplayName ?? '', tags: toTags(properties.Tags) });
      changeSubscriptions(ref, before, properties);
      return made(ref);
    },
    delete: async ({ ref }) => topics.delete(ref),
  };
}
