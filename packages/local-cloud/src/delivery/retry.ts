import { AwsError } from '../core/aws-error.ts';
import type { ServiceContext } from '../core/service-context.ts';

/** How long EventBridge tries: rules and schedules have it alike. */
export type RetryPolicy = { maximumEventAgeSeconds: number; maximumRetryAttempts: number };

/** A delivery that was given up. */
export type GivenUp = {
  error: AwsError;
  /** How often it was tried, the first time included. */
  attempts: number;
  /** Absent: the error was one that no retry mends. */
  exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
};

const FIRST_BACK_OFF_MS = 1000;
const LONGEST_BACK_OFF_MS = 15 * 60_000;

/** Errors that no retry mends. */
const PERMANENT = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ResourceNotFoundException',
  'NotFound',
  'NoSuchEntity',
  'QueueDoesNotExist',
  'NotImplemented',
]);

/**
 * Tries until `attempt` (counted from 1) succeeds, with growing back-off, or until the policy or the error ends it; undefined: delivered,
 * or the cloud stops.
 */
export async function persist(
  attempt: (count: number) => Promise<void>,
  { maximumRetryAttempts, maximumEventAgeSeconds }: RetryPolicy,
  { clock, random, stopping }: Pick<ServiceContext, 'clock' | 'random' | 'stopping'>,
): Promise<GivenUp | undefined> {
  let ageMs = 0;
  for (let attempts = 1; !stopping.aborted; attempts += 1) {
    const error = await errorOf(() => attempt(attempts));
    if (error === undefined) return undefined;
    if (PERMANENT.has(error.code)) return { error, attempts };
    if (attempts > maximumRetryAttempts) return { error, attempts, exhausted: 'MaximumRetryAttempts' };
    const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(attempts - 1, 20));
    const wait = backOff * (0.5 + random.next());
    ageMs += wait;
    if (ageMs > maximumEventAgeSeconds * 1000) return { error, attempts, exhausted: 'MaximumEventAgeInSeconds' };
    await clock.wait(wait, stopping);
  }
  return undefined;
}

/** What is no AwsError is a fault of our own, which the next attempt may not have. */
export async function errorOf(attempt: () => Promise<void>): Promise<AwsError | undefined> {
  try {
    await attempt();
    return undefined;
  } catch (error) {
    return error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
  }
}
