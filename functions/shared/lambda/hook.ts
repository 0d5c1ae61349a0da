import type { Context } from 'aws-lambda';

import { InvalidEventError } from '../images/errors.ts';
import { isObject } from '../json.ts';
import type { HookRun, Verdict } from '../releases/hook-run.ts';
import { log } from './log.ts';

/** Identifies a hook's execution: CodeDeploy waits for a report that carries both ids. */
export type HookExecution = { deploymentId: string; executionId: string };

/** ms before the function's timeout at which the status is reported, regardless of the check: four attempts at a CodeDeploy that hangs. */
export const TO_REPORT_MS = 10_000;

/** ms before that at which the check's deadline aborts. */
export const TO_CLEAN_UP_MS = 15_000;

/**
 * Runs the check of one hook of a deployment and reports its result to CodeDeploy: once, and in time, regardless of what happens. If the
 * check throws (also for a missing environment variable), or has not ended shortly before the function's timeout, that is a failure.
 * Without a report the deployment would hang for an hour.
 *
 * Throws only if the report itself fails (Lambda then retries the invocation), or if the event does not come from CodeDeploy.
 */
export async function answerHook(
  event: unknown,
  context: Context,
  reportStatus: (execution: HookExecution, status: 'Succeeded' | 'Failed') => Promise<void>,
  check: (run: HookRun) => Promise<Verdict>,
): Promise<Verdict> {
  log.addContext(context);
  const execution = readHookEvent(event);
  const verdict = await inTime(execution, context, check);
  const status = verdict.failures.length === 0 ? 'Succeeded' : 'Failed';
  // Before the report: CodeDeploy may act on it immediately, and an operator must then find the reason in the log.
  const [reason] = verdict.failures;
  log[status === 'Succeeded' ? 'info' : 'error'](`answers CodeDeploy: ${status}`, {
    ...execution,
    ...(reason !== undefined && { reason }),
    ...verdict,
  });
  await reportStatus(execution, status);
  return verdict;
}

/** Throws InvalidEventError for an event that does not come from CodeDeploy: there is no caller to report to. */
export function readHookEvent(event: unknown): HookExecution {
  const { DeploymentId: deploymentId, LifecycleEventHookExecutionId: executionId } = isObject(event) ? event : {};
  if (typeof deploymentId !== 'string' || !/^[\w-]+$/u.test(deploymentId)) {
    throw new InvalidEventError('the event has no DeploymentId: CodeDeploy sends one to the hooks of its deployments');
  }
  if (typeof executionId !== 'string' || executionId === '') {
    throw new InvalidEventError(
      'the event has no LifecycleEventHookExecutionId: without it CodeDeploy takes no answer',
    );
  }
  return { deploymentId, executionId };
}

/** The verdict of the check; or the check failed or ran out of time first. Work that is no longer awaited continues unobserved. */
async function inTime(
  execution: HookExecution,
  context: Context,
  check: (run: HookRun) => Promise<Verdict>,
): Promise<Verdict> {
  const timeForIt = Math.max(0, context.getRemainingTimeInMillis() - TO_REPORT_MS);
  let at = 'its very beginning';
  let found: Verdict | undefined;
  const broken = (why: string): Verdict => {
    if (found) log.warn(`${why}; what was found before stands`, { ...execution });
    return found ?? { failures: [why] };
  };
  const deadline = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const ranOut = new Promise<Verdict>((resolve) => {
    timers.push(
      setTimeout(() => deadline.abort(), Math.max(0, timeForIt - TO_CLEAN_UP_MS)),
      setTimeout(() => resolve(broken(`ran out of time at ${at}`)), timeForIt),
    );
  });
  const doing = (what: string) => {
    at = what;
  };
  const setVerdict = (verdict: Verdict) => {
    found = verdict;
  };
  try {
    const { deploymentId } = execution;
    return await Promise.race([check({ deploymentId, deadline: deadline.signal, doing, setVerdict }), ranOut]);
  } catch (error) {
    log.error('the check itself failed', { ...execution, error });
    return broken(`the check itself failed: ${String(error)}`);
  } finally {
    // Timers that outlive the invocation would fire in another one.
    for (const timer of timers) clearTimeout(timer);
  }
}
