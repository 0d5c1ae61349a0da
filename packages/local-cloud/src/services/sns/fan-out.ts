import { AwsError } from '../../core/aws-error.ts';
import type { Delivery } from '../../core/delivery.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { readFilterPolicy } from './filter-policy.ts';
import { envelope, lambdaEvent, type Notification } from './notification.ts';
import { retryDelays } from './retry-delays.ts';
import type { Subscription } from './topics.ts';

/** What was published, the same for every subscription. */
export type Published = Omit<Notification, 'subscriptionArn' | 'endpoint' | 'region' | 'message'> & {
  /** By protocol where the publisher gave one for each (`MessageStructure: json`), else only `default`. */
  messages: Readonly<Record<string, string>> & { default: string };
  traceHeader?: string;
};

/** Hands a published message to one subscription after another, none of them waiting for another one's outcome. */
export function createFanOut(context: ServiceContext) {
  const { deliver, observe, clock, random, stopping, region, endpoint } = context;

  /** A function gets an event; a queue, also as the dead-letter queue of a function, SNS's envelope or the raw message. */
  function deliveryOf(subscription: Subscription, published: Published, to: string): Delivery {
    const { traceHeader, attributes } = published;
    const message = messageFor(subscription, published);
    const notification = { ...published, message, subscriptionArn: subscription.arn, endpoint: endpoint(), region };
    const raw = subscription.settings.RawMessageDelivery;
    const toFunction = subscription.protocol === 'lambda' && to === subscription.endpoint;
    return {
      to,
      from: { service: 'sns.amazonaws.com', arn: subscription.topicArn },
      body: toFunction ? lambdaEvent(notification) : raw ? message : envelope(notification),
      ...(raw && { attributes: { ...attributes } }),
      ...(traceHeader !== undefined && { traceHeader }),
    };
  }

  async function handOver(subscription: Subscription, published: Published): Promise<void> {
    const delivery = deliveryOf(subscription, published, subscription.endpoint);
    const delays = retryDelays(random);
    for (;;) {
      try {
        await deliver(delivery);
        return;
      } catch (error) {
        const delay = isWorthARetry(error) ? delays.next().value : undefined;
        if (stopping.aborted) return;
        if (delay === undefined) {
          await setAside(subscription, published, error);
          return;
        }
        await clock.wait(delay, stopping);
      }
    }
  }

  async function setAside(subscription: Subscription, published: Published, error: unknown): Promise<void> {
    const reason = `${subscription.endpoint} refused it: ${describe(error)}`;
    const target = subscription.settings.RedrivePolicy?.deadLetterTargetArn;
    if (target === undefined) {
      observe({ type: 'event-dropped', from: subscription.topicArn, to: subscription.endpoint, reason });
      return;
    }
    try {
      await deliver(deliveryOf(subscription, published, target));
      observe({ type: 'dead-lettered', from: subscription.topicArn, to: target, reason });
    } catch (second) {
      const lost = `${reason}; the dead-letter queue refused it too: ${describe(second)}`;
      observe({ type: 'event-dropped', from: subscription.topicArn, to: target, reason: lost });
    }
  }

  return (subscription: Subscription, published: Published): void => {
    const { FilterPolicy, FilterPolicyScope } = subscription.settings;
    const filtered = { body: messageFor(subscription, published), attributes: published.attributes };
    if (FilterPolicy !== undefined && !readFilterPolicy(FilterPolicy, FilterPolicyScope)(filtered)) return;
    void handOver(subscription, published);
  };
}

function messageFor({ protocol }: Subscription, { messages }: Published): string {
  return messages[protocol] ?? messages.default;
}

const throttles = new Set(['TooManyRequestsException', 'ThrottlingException', 'RequestThrottled', 'OverLimit']);

/** SNS takes an answer that blames the sender (no such queue, access denied) for final; it tries again what may be better next time. */
function isWorthARetry(error: unknown): boolean {
  if (!(error instanceof AwsError)) return true;
  return throttles.has(error.code) || (error.status >= 500 && error.code !== 'NotImplemented');
}

function describe(error: unknown): string {
  return error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
}
