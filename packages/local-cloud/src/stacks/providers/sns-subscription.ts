import { z } from 'zod';
import type { Sns } from '../../services/sns/sns.ts';
import { checkEndpoint, subscribe } from '../../services/sns/subscribing.ts';
import { changeSettings, defaults } from '../../services/sns/subscription-settings.ts';
import { document, flag, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const schema = z.strictObject({
  TopicArn: text,
  Protocol: text,
  Endpoint: text,
  RawMessageDelivery: flag.optional(),
  FilterPolicy: document.optional(),
  FilterPolicyScope: text.optional(),
  RedrivePolicy: document.optional(),
});
type Properties = z.output<typeof schema>;

export function snsSubscription({ topics }: Pick<Sns, 'topics'>): Provider<Properties> {
  return {
    type: 'AWS::SNS::Subscription',
    schema,
    replacedBy: ['TopicArn', 'Protocol', 'Endpoint'],
    create: async ({ properties }) => {
      const { TopicArn, Protocol, Endpoint } = properties;
      const { arn } = subscribe(topics, {
        topicArn: TopicArn,
        protocol: checkEndpoint(Protocol, Endpoint),
        endpoint: Endpoint,
        attributes: attributes(properties),
      });
      return { ref: arn, attributes: { Arn: arn } };
    },
    update: async ({ ref, properties }) => {
      topics.changeSubscription(ref, changeSettings(defaults, properties.Protocol, attributes(properties)));
      return { ref, attributes: { Arn: ref } };
    },
    delete: async ({ ref }) => topics.unsubscribe(ref),
  };
}

/** As the API has them: all of them text, documents as JSON. */
function attributes(properties: Properties): Record<string, string> {
  const { RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties;
  return Object.fromEntries(
    Object.entries({ RawMessageDelivery, FilterPolicy, FilterPolicyScope, RedrivePolicy })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  );
}
