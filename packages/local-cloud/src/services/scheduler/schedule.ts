import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { readExpression } from '../../matching/schedule-expression.ts';

export type ScheduleSpec = {
  name: string;
  expression: string;
  timeZone: string;
  description?: string;
  /** ISO 8601. */
  startDate?: string;
  endDate?: string;
  enabled: boolean;
  /** Minutes within which the target is invoked; absent: at once. */
  flexibleMinutes?: number;
  target: {
    arn: string;
    roleArn: string;
    input?: string;
    deadLetterArn?: string;
    maximumEventAgeSeconds: number;
    maximumRetryAttempts: number;
  };
};

/** A schedule as it is kept. */
export type Schedule = ScheduleSpec & {
  arn: string;
  createdAt: string;
  lastModified: string;
  /** Its next time, in the cloud's time, ISO 8601; absent: it is over. */
  dueAt?: string | undefined;
  /** Milliseconds by which the cloud's time was ahead of the real one when this was written. */
  aheadMs: number;
};

/** Throws AwsError ValidationException for what AWS refuses, and NotImplemented for targets that nothing here delivers to. */
export function checkSpec({ name, expression, timeZone, flexibleMinutes, target, ...spec }: ScheduleSpec): void {
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name))
    throw invalid(`${name} is no name for a schedule (1 to 64 letters, digits, - _ .)`);
  readExpression(expression, timeZone);
  inRange(flexibleMinutes ?? 1, 1, 1440, 'MaximumWindowInMinutes');
  inRange(target.maximumEventAgeSeconds, 60, 86_400, 'MaximumEventAgeInSeconds');
  inRange(target.maximumRetryAttempts, 0, 185, 'MaximumRetryAttempts');
  for (const date of [spec.startDate, spec.endDate]) {
    if (date !== undefined && Number.isNaN(Date.parse(date))) throw invalid(`${date} is no date`);
  }
  if (!/^arn:aws:(lambda|sqs|sns):[^:]+:\d+:.+/.test(target.arn)) {
    throw notImplemented(`schedules whose target is ${target.arn}: functions, queues and topics are`);
  }
}

function inRange(value: number, least: number, most: number, name: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name} is ${String(value)}: it is ${String(least)} to ${String(most)}`);
}

function invalid(why: string): AwsError {
  return new AwsError('ValidationException', `${why}.`);
}
