import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { checkPattern } from '../../matching/event-pattern.ts';
import type { RetryPolicy } from '../../delivery/retry.ts';
import { readExpression } from '../../matching/schedule-expression.ts';
import { checkPath } from './target-input.ts';

export type Target = RetryPolicy & {
  id: string;
  arn: string;
  roleArn?: string;
  /** What the target gets in place of the event, as JSON. */
  input?: string;
  /** The part of the event that it gets, as `$.detail`. */
  inputPath?: string;
  deadLetterArn?: string;
};

export type RuleSpec = {
  name: string;
  description?: string;
  enabled: boolean;
  /** JSON. */
  pattern?: string;
  expression?: string;
  targets: readonly Target[];
};

/** A rule as it is kept. */
export type Rule = RuleSpec & {
  arn: string;
  /** Of a rule with an expression, its next time, in the cloud's time, ISO 8601. */
  dueAt?: string | undefined;
  /** Milliseconds by which the cloud's time was ahead of the real one when this was written. */
  aheadMs: number;
};

const MOST_TARGETS = 5;

/** Throws AwsError ValidationException (or InvalidEventPatternException) for what AWS refuses, NotImplemented for what is not here. */
export function checkRule({ name, pattern, expression, targets }: RuleSpec): void {
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
    throw invalid(`${name} is no name for a rule (1 to 64 letters, digits, . - _)`);
  if (pattern === undefined && expression === undefined) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified');
  }
  if (pattern !== undefined) checkPattern(pattern);
  if (expression !== undefined) checkExpression(expression);
  if (targets.length > MOST_TARGETS) {
    throw new AwsError(
      'LimitExceededException',
      `Rule ${name} has ${String(targets.length)} targets, of at most ${String(MOST_TARGETS)}.`,
    );
  }
  const ids = new Set(targets.map(({ id }) => id));
  if (ids.size < targets.length) throw invalid(`two targets of rule ${name} have the same Id`);
  for (const target of targets) checkTarget(target);
}

/** Rules know neither `at(…)` nor other time zones than UTC, and are strict about the plural. */
export function checkExpression(expression: string): void {
  const [, count, unit = ''] = /^rate\((\d+) (\w+)\)$/.exec(expression) ?? [];
  const wrongNumber = count !== undefined && (count === '1') === unit.endsWith('s');
  if (expression.startsWith('at(') || wrongNumber) {
    throw invalid(
      `Parameter ScheduleExpression is not valid: ${expression} (rate(1 minute), rate(5 minutes) or cron(…))`,
    );
  }
  readExpression(expression, 'UTC');
}

function checkTarget({ id, arn, input, inputPath, deadLetterArn, ...policy }: Target): void {
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(id))
    throw invalid(`${id} is no Id for a target (1 to 64 letters, digits, . - _)`);
  if (!/^arn:aws:(lambda|sqs|sns):[^:]+:\d+:.+/.test(arn) || arn.endsWith('.fifo')) {
    throw notImplemented(`rules whose target is ${arn}: functions, standard queues and topics are`);
  }
  if (input !== undefined && inputPath !== undefined) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}`);
  }
  if (input !== undefined) checkInput(id, input);
  if (inputPath !== undefined) checkPath(inputPath);
  if (deadLetterArn !== undefined && !/^arn:aws:sqs:[^:]+:\d+:(?!.*\.fifo$).+/.test(deadLetterArn)) {
    throw invalid(`the dead-letter queue of target ${id} must be a standard queue, not ${deadLetterArn}`);
  }
  inRange(policy.maximumEventAgeSeconds, 60, 86_400, `MaximumEventAgeInSeconds of target ${id}`);
  inRange(policy.maximumRetryAttempts, 0, 185, `MaximumRetryAttempts of target ${id}`);
}

function checkInput(id: string, input: string): void {
  try {
    JSON.parse(input);
  } catch {
    throw invalid(`JSON syntax error in input for target ${id}: ${input}`);
  }
}

function inRange(value: number, least: number, most: number, name: string): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name} is ${String(value)}: it is ${String(least)} to ${String(most)}`);
}

function invalid(why: string): AwsError {
  return new AwsError('ValidationException', `${why}.`);
}
