/** What a schedule's input may ask for, as `<aws.scheduler.…>`. */
export type Attempt = { scheduleArn: string; scheduledTime: Date; executionId: string; attempt: number };

/** The input with its placeholders filled in. */
export function fillIn(input: string, { scheduleArn, scheduledTime, executionId, attempt }: Attempt): string {
  return input
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', toSeconds(scheduledTime))
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
}

/** What a target receives from a schedule that has no input. */
export function defaultInput(
  { scheduleArn, scheduledTime, executionId }: Attempt,
  { accountId, region }: { accountId: string; region: string },
): string {
  return JSON.stringify({
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: accountId,
    time: toSeconds(scheduledTime),
    region,
    resources: [scheduleArn],
    detail: '{}',
  });
}

/** Schedules keep time by the second. */
export function toSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
