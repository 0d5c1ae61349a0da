import { errorOf, persist, type GivenUp } from '../../delivery/retry.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { defaultInput, fillIn, toSeconds, type Attempt } from './placeholders.ts';
import type { Schedule } from './schedule.ts';

/** Delivers one occurrence of a schedule, with retries; what cannot be delivered goes to its dead-letter queue. */
export async function fire(schedule: Schedule, scheduledTime: Date, context: ServiceContext): Promise<void> {
  const { clock, random, observe, stopping } = context;
  const { name, arn, target } = schedule;
  const executionId = random.uuid();
  if (schedule.flexibleMinutes !== undefined) {
    await clock.wait(random.next() * schedule.flexibleMinutes * 60_000, stopping);
  }
  observe({ type: 'schedule-fired', schedule: name, target: target.arn });

  const attemptOf = (attempt: number): Attempt => ({ scheduleArn: arn, scheduledTime, executionId, attempt });
  const body = (attempt: number): string =>
    target.input === undefined ? defaultInput(attemptOf(attempt), context) : fillIn(target.input, attemptOf(attempt));
  const givenUp = await persist((attempt) => deliver(schedule, target.arn, body(attempt), context), target, context);
  if (givenUp === undefined) return;
  await giveUp(schedule, { ...givenUp, attempt: attemptOf(givenUp.attempts), body: body(givenUp.attempts) }, context);
}

async function deliver(
  { arn, target }: Schedule,
  to: string,
  body: string,
  context: ServiceContext,
  attributes: Record<string, { dataType: string; stringValue: string }> = {},
): Promise<void> {
  // Scheduler speaks for a group of schedules, not for one of them.
  const group = `${arn.split(':').slice(0, 5).join(':')}:schedule-group/default`;
  await context.deliver({
    to,
    from: { service: 'scheduler.amazonaws.com', arn: group, roleArn: target.roleArn },
    body,
    attributes,
  });
}

async function giveUp(
  schedule: Schedule,
  { attempt, body, error, exhausted }: GivenUp & { attempt: Attempt; body: string },
  context: ServiceContext,
): Promise<void> {
  const { name, target, arn } = schedule;
  const reason = `${error.code}: ${error.message}`;
  if (target.deadLetterArn === undefined) {
    context.observe({ type: 'event-dropped', from: name, to: target.arn, reason });
    return;
  }
  const attributes = Object.fromEntries(
    Object.entries({
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message.slice(0, 1024),
      EXECUTION_ID: attempt.executionId,
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(attempt.attempt - 1),
      SCHEDULED_TIME: toSeconds(attempt.scheduledTime),
      SCHEDULE_ARN: arn,
      TARGET_ARN: target.arn,
    }).map(([key, stringValue]) => [key, { dataType: 'String', stringValue }]),
  );
  const to = target.deadLetterArn;
  const lost = await errorOf(() => deliver(schedule, to, body, context, attributes));
  if (lost === undefined) context.observe({ type: 'dead-lettered', from: name, to, reason });
  else
    context.observe({ type: 'event-dropped', from: name, to, reason: `${reason}; then ${lost.code}: ${lost.message}` });
}
