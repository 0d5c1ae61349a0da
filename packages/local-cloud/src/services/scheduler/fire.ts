import { errorOf, persist, type GivenUp } from '../../delivery/retry.ts';
import type { Setting } from '../../core/service-context.ts';
import { defaultInput, fillIn, toSeconds, type Context } from './placeholders.ts';
import type { Schedule } from './schedule.ts';

/** Delivers one occurrence of a schedule, with retries; what cannot be delivered goes to its dead-letter queue. */
export async function fire(schedule: Schedule, scheduledTime: Date, setting: Setting): Promise<void> {
  const { clock, random, observe, stopping } = setting;
  const { name, arn, target } = schedule;
  const executionId = random.uuid();
  if (schedule.flexibleMinutes !== undefined) {
    await clock.wait(random.next() * schedule.flexibleMinutes * 60_000, stopping);
  }
  observe({ type: 'schedule-fired', schedule: name, target: target.arn });

  const context = (attempt: number): Context => ({ scheduleArn: arn, scheduledTime, executionId, attempt });
  const body = (attempt: number): string =>
    target.input === undefined ? defaultInput(context(attempt), setting) : fillIn(target.input, context(attempt));
  const givenUp = await persist((attempt) => deliver(schedule, target.arn, body(attempt), setting), target, setting);
  if (givenUp === undefined) return;
  await giveUp(schedule, { ...givenUp, context: context(givenUp.attempts), body: body(givenUp.attempts) }, setting);
}

async function deliver(
  { arn, target }: Schedule,
  to: string,
  body: string,
  setting: Setting,
  attributes: Record<string, { dataType: string; stringValue: string }> = {},
): Promise<void> {
  // Scheduler speaks for a group of schedules, not for one of them.
  const group = `${arn.split(':').slice(0, 5).join(':')}:schedule-group/default`;
  await setting.deliver({
    to,
    from: { service: 'scheduler.amazonaws.com', arn: group, roleArn: target.roleArn },
    body,
    attributes,
  });
}

async function giveUp(
  schedule: Schedule,
  { context, body, error, exhausted }: GivenUp & { context: Context; body: string },
  setting: Setting,
): Promise<void> {
  const { name, target, arn } = schedule;
  const reason = `${error.code}: ${error.message}`;
  if (target.deadLetterArn === undefined) {
    setting.observe({ type: 'event-dropped', from: name, to: target.arn, reason });
    return;
  }
  const attributes = Object.fromEntries(
    Object.entries({
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message.slice(0, 1024),
      EXECUTION_ID: context.executionId,
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(context.attempt - 1),
      SCHEDULED_TIME: toSeconds(context.scheduledTime),
      SCHEDULE_ARN: arn,
      TARGET_ARN: target.arn,
    }).map(([key, stringValue]) => [key, { dataType: 'String', stringValue }]),
  );
  const to = target.deadLetterArn;
  const lost = await errorOf(() => deliver(schedule, to, body, setting, attributes));
  if (lost === undefined) setting.observe({ type: 'dead-lettered', from: name, to, reason });
  else
    setting.observe({ type: 'event-dropped', from: name, to, reason: `${reason}; then ${lost.code}: ${lost.message}` });
}
