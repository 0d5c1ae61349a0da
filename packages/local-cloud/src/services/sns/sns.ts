import type { Delivery } from '../../core/delivery.ts';
import { authorizeDelivery, type Roles } from '../../permissions/deliveries.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { snsApi } from './api/api.ts';
import { createFanOut } from './fan-out.ts';
import { checkMessage, type Draft } from './message.ts';
import { openTopics } from './topics.ts';

export type Sns = ReturnType<typeof createSns>;

/** The notification service: standard topics, subscribed by queues and functions. `roles` decides about deliveries that come with a role. */
export function createSns(context: ServiceContext, roles: Roles) {
  const topics = openTopics(context);
  const fanOut = createFanOut(context);

  /** Accepts a message and gives its id; the deliveries go on after that. Throws AwsError for a message that SNS does not take. */
  function publish(topicArn: string, draft: Draft): string {
    topics.get(topicArn);
    const messages = checkMessage(draft);
    const messageId = context.random.uuid();
    const { subject, attributes, traceHeader } = draft;
    for (const subscription of topics.subscriptionsOf(topicArn)) {
      fanOut(subscription, {
        messageId,
        topicArn,
        messages,
        attributes,
        publishedAt: context.clock.now(),
        ...(subject !== undefined && { subject }),
        ...(traceHeader !== undefined && { traceHeader }),
      });
    }
    return messageId;
  }

  /** Publishes what another service delivers, if the topic's policy (or the delivery's role) lets it in. */
  async function acceptDelivery({ to, from, body, subject, attributes = {}, traceHeader }: Delivery): Promise<void> {
    authorizeDelivery(from, {
      action: 'sns:Publish',
      resource: to,
      accountId: context.accountId,
      resourcePolicies: [topics.get(to).policy],
      roles,
    });
    publish(to, {
      message: body,
      attributes,
      ...(subject !== undefined && { subject }),
      ...(traceHeader !== undefined && { traceHeader }),
    });
  }

  return { topics, publish, acceptDelivery, api: snsApi({ context, topics, publish }) };
}
