import { z } from 'zod';
import type { QueryOperation } from '../../../wire/query.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { attributes, operation, page } from './input.ts';
import { checkEndpoint, subscribe } from '../subscribing.ts';
import { changeSettings, writeSettings } from '../subscription-settings.ts';
import type { Subscription, Topics } from '../topics.ts';

const TopicArn = z.string();
const SubscriptionArn = z.string();
const NextToken = z.string().optional();

/** What is done with subscriptions. */
export function subscriptionOperations({ accountId }: ServiceContext, topics: Topics): Record<string, QueryOperation> {
  const describe = ({ arn, topicArn, protocol, endpoint }: Subscription) => ({
    SubscriptionArn: arn,
    Owner: accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  });

  return {
    Subscribe: operation(
      'Subscribe',
      z.strictObject({
        TopicArn,
        Protocol: z.string(),
        Endpoint: z.string(),
        Attributes: attributes,
        // A queue or function of the same account confirms itself, so the ARN is always known.
        ReturnSubscriptionArn: z.enum(['true', 'false']).optional(),
      }),
      ({ TopicArn: topicArn, Protocol, Endpoint, Attributes }, { authorize }) => {
        const topic = topics.get(topicArn);
        const context = { 'sns:Protocol': Protocol, 'sns:Endpoint': Endpoint };
        authorize('sns:Subscribe', topic.arn, context, topic.policy);
        const protocol = checkEndpoint(Protocol, Endpoint);
        const { arn } = subscribe(topics, { topicArn, protocol, endpoint: Endpoint, attributes: Attributes });
        return { SubscriptionArn: arn };
      },
    ),

    Unsubscribe: operation('Unsubscribe', z.strictObject({ SubscriptionArn }), (input, { authorize }) => {
      authorize('sns:Unsubscribe', input.SubscriptionArn);
      topics.unsubscribe(input.SubscriptionArn);
      return undefined;
    }),

    ListSubscriptions: operation('ListSubscriptions', z.strictObject({ NextToken }), (input, { authorize }) => {
      authorize('sns:ListSubscriptions', '*');
      const { items, next } = page(topics.listSubscriptions(), input.NextToken);
      return { Subscriptions: { member: items.map(describe) }, ...next };
    }),

    ListSubscriptionsByTopic: operation(
      'ListSubscriptionsByTopic',
      z.strictObject({ TopicArn, NextToken }),
      (input, { authorize }) => {
        const topic = topics.get(input.TopicArn);
        authorize('sns:ListSubscriptionsByTopic', topic.arn, {}, topic.policy);
        const { items, next } = page(topics.subscriptionsOf(topic.arn), input.NextToken);
        return { Subscriptions: { member: items.map(describe) }, ...next };
      },
    ),

    GetSubscriptionAttributes: operation(
      'GetSubscriptionAttributes',
      z.strictObject({ SubscriptionArn }),
      (input, { authorize }) => {
        const subscription = topics.getSubscription(input.SubscriptionArn);
        authorize('sns:GetSubscriptionAttributes', subscription.arn);
        const described = {
          ...describe(subscription),
          PendingConfirmation: 'false',
          ConfirmationWasAuthenticated: 'true',
          ...writeSettings(subscription.settings),
        };
        return { Attributes: { entry: Object.entries(described).map(([key, value]) => ({ key, value })) } };
      },
    ),

    SetSubscriptionAttributes: operation(
      'SetSubscriptionAttributes',
      z.strictObject({ SubscriptionArn, AttributeName: z.string(), AttributeValue: z.string().default('') }),
      (input, { authorize }) => {
        const { arn, settings, protocol } = topics.getSubscription(input.SubscriptionArn);
        authorize('sns:SetSubscriptionAttributes', arn);
        const changed = changeSettings(settings, protocol, { [input.AttributeName]: input.AttributeValue });
        topics.changeSubscription(arn, changed);
        return undefined;
      },
    ),
  };
}
