import type { AwsError } from '../../core/aws-error.ts';
import { errorOf, persist, type GivenUp } from '../../delivery/retry.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Event } from './event.ts';
import type { Rule, Target } from './rule.ts';
import { targetInput } from './target-input.ts';

/** Delivers an event to one target of a rule, with retries; what cannot be delivered goes to the target's dead-letter queue. */
export async function handOver(
  rule: Rule,
  target: Target,
  { event, traceHeader }: { event: Event; traceHeader?: string },
  context: ServiceContext,
): Promise<void> {
  const { arn, roleArn } = target;
  const from = { service: 'events.amazonaws.com', arn: rule.arn };
  const trace = traceHeader !== undefined && { traceHeader };
  const deliver = async (): Promise<void> =>
    context.deliver({
      to: arn,
      from: { ...from, ...(roleArn !== undefined && { roleArn }) },
      body: targetInput(event, target),
      ...trace,
    });
  const givenUp = await persist(deliver, target, context);
  if (givenUp === undefined) return;

  const { error } = givenUp;
  const reason = `${error.code}: ${error.message}`;
  const to = target.deadLetterArn;
  if (to === undefined) {
    context.observe({ type: 'event-dropped', from: rule.name, to: arn, reason });
    return;
  }
  // The event itself, whatever part of it the target would have had. The queue's policy lets it in, never the target's role.
  const attributes = deadLetterAttributes(rule, target, givenUp);
  const lost = await errorOf(() => context.deliver({ to, from, body: JSON.stringify(event), attributes, ...trace }));
  if (lost === undefined) context.observe({ type: 'dead-lettered', from: rule.name, to, reason });
  else
    context.observe({
      type: 'event-dropped',
      from: rule.name,
      to,
      reason: `${reason}; then ${lost.code}: ${lost.message}`,
    });
}

function deadLetterAttributes(rule: Rule, target: Target, { error, attempts, exhausted }: GivenUp) {
  const values = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: errorCode(error),
    ERROR_MESSAGE: error.message.slice(0, 1024),
    RETRY_ATTEMPTS: String(attempts - 1),
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, stringValue]) => [name, { dataType: 'String', stringValue }]),
  );
}

const codes: Readonly<Record<string, string>> = {
  AccessDenied: 'NO_PERMISSIONS',
  AccessDeniedException: 'NO_PERMISSIONS',
  NoSuchEntity: 'NO_PERMISSIONS',
  ResourceNotFoundException: 'NO_RESOURCE',
  NotFound: 'NO_RESOURCE',
  QueueDoesNotExist: 'NO_RESOURCE',
  TooManyRequestsException: 'THROTTLING',
  ThrottlingException: 'THROTTLING',
  RequestThrottled: 'THROTTLING',
  INVALID_JSON: 'INVALID_JSON',
};

/** EventBridge has its own words for what went wrong at the target. */
function errorCode({ code, status }: AwsError): string {
  return codes[code] ?? (status >= 500 ? 'ERROR_FROM_TARGET' : 'SDK_CLIENT_ERROR');
}
