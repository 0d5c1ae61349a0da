import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { changeSettings, defaults, writeSettings } from './subscription-settings.ts';
import type { Subscription, Topics } from './topics.ts';

const endpoints = {
  sqs: /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/,
  lambda: /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/,
} as const;

/** Throws AwsError for a protocol that is not there and for an endpoint that is no ARN of its kind. */
export function checkEndpoint(protocol: string, endpoint: string): Subscription['protocol'] {
  if (protocol !== 'sqs' && protocol !== 'lambda') throw notImplemented(`subscriptions by the protocol ${protocol}`);
  if (protocol === 'sqs' && endpoint.endsWith('.fifo')) throw notImplemented('FIFO queues');
  if (!endpoints[protocol].test(endpoint)) {
    const kind = protocol === 'sqs' ? 'SQS' : 'Lambda';
    throw new AwsError('InvalidParameter', `Invalid parameter: ${kind} endpoint ARN`);
  }
  return protocol;
}

/** An endpoint subscribes to a topic once: the same again is harmless, with other attributes it is refused. */
export function subscribe(
  topics: Topics,
  asked: Pick<Subscription, 'topicArn' | 'protocol' | 'endpoint'> & { attributes: Readonly<Record<string, string>> },
): Subscription {
  const { topicArn, protocol, endpoint, attributes } = asked;
  const settings = changeSettings(defaults, protocol, attributes);
  const existing = topics
    .subscriptionsOf(topicArn)
    .find((one) => one.protocol === protocol && one.endpoint === endpoint);
  if (existing === undefined) return topics.subscribe({ topicArn, protocol, endpoint, settings });
  const present = writeSettings(existing.settings);
  const wanted = writeSettings(settings);
  if (Object.keys(attributes).some((name) => wanted[name] !== present[name])) {
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: Attributes Reason: Subscription already exists with different attributes',
    );
  }
  return existing;
}
