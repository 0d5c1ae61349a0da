import { AwsError } from '../../aws-error.ts';
import type { Setting } from '../setting.ts';
import { defaultInput, fillIn, toSeconds, type Context } from './placeholders.ts';
import type { Schedule } from './schedule.ts';

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 15 * 60_000;

/** Errors that no retry mends. */
const PERMANENT = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'NotFound',
  'QueueDoesNotExist',
  'NotImplemented',
]);

/** Delivers one occurrence of a schedule, with retries; what cannot be delivered goes to its dead-letter queue. */
export async function fire(schedule: Schedule, scheduledTime: Date, setting: Setting): Promise<void> {
  const { clock, random, observe, stopping } = setting;
  const { name, arn, target } = schedule;
  const executionId = random.uuid();
  if (schedule.flexibleMinutes !== undefined) {
    await clock.wait(random.next() * schedule.flexibleMinutes * 60_000, stopping);
  }
  observe({ type: 'schedule-fired', schedule: name, target: target.arn });

  let ageMs = 0;
  for (let attempt = 1; !stopping.aborted; attempt += 1) {
    const context: Context = { scheduleArn: arn, scheduledTime, executionId, attempt };
    const body = target.input === undefined ? defaultInput(context, setting) : fillIn(target.input, context);
    const failed = await deliver(schedule, target.arn, body, setting);
    if (failed === undefined) return;

    const backOff =
      Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(attempt - 1, 20)) * (0.5 + random.next());
    const exhausted =
      attempt > target.maximumRetryAttempts
        ? 'MaximumRetryAttempts'
        : ageMs + backOff > target.maximumEventAgeSeconds * 1000
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (exhausted !== undefined || PERMANENT.has(failed.code)) {
      await giveUp(schedule, { context, body, failed, exhausted }, setting);
      return;
    }
    ageMs += backOff;
    await clock.wait(backOff, stopping);
  }
}

async function deliver(
  { arn, target }: Schedule,
  to: string,
  body: string,
  setting: Setting,
  attributes: Record<string, { dataType: string; stringValue: string }> = {},
): Promise<AwsError | undefined> {
  // Scheduler speaks for a group of schedules, not for one of them.
  const group = `${arn.split(':').slice(0, 5).join(':')}:schedule-group/default`;
  try {
    await setting.deliver({
      to,
      from: { service: 'scheduler.amazonaws.com', arn: group, roleArn: target.roleArn },
      body,
      attributes,
    });
    return undefined;
  } catch (error) {
    return error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
  }
}

async function giveUp(
  schedule: Schedule,
  {
    context,
    body,
    failed,
    exhausted,
  }: { context: Context; body: string; failed: AwsError; exhausted: string | undefined },
  setting: Setting,
): Promise<void> {
  const { name, target, arn } = schedule;
  const reason = `${failed.code}: ${failed.message}`;
  if (target.deadLetterArn === undefined) {
    setting.observe({ type: 'event-dropped', from: name, to: target.arn, reason });
    return;
  }
  const attributes = Object.fromEntries(
    Object.entries({
      ERROR_CODE: failed.code,
      ERROR_MESSAGE: failed.message.slice(0, 1024),
      EXECUTION_ID: context.executionId,
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(context.attempt - 1),
      SCHEDULED_TIME: toSeconds(context.scheduledTime),
      SCHEDULE_ARN: arn,
      TARGET_ARN: target.arn,
    }).map(([key, stringValue]) => [key, { dataType: 'String', stringValue }]),
  );
  const lost = await deliver(schedule, target.deadLetterArn, body, setting, attributes);
  const to = target.deadLetterArn;
  if (lost === undefined) setting.observe({ type: 'dead-lettered', from: name, to, reason });
  else
    setting.observe({ type: 'event-dropped', from: name, to, reason: `${reason}; then ${lost.code}: ${lost.message}` });
}
