import { AwsError } from '../../core/aws-error.ts';
import type { CloudEvent } from '../../core/cloud-event.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { HookStage } from './app-spec.ts';
import { failed } from './deployment.ts';
import type { Interruption } from './interruption.ts';
import type { CodedeployParts } from './parts.ts';

export type Verdict = 'Succeeded' | 'Failed';

export type Hooks = ReturnType<typeof createHooks>;

/** How long a hook has to report, of the cloud's time. */
const HOUR_MS = 3_600_000;
/** Before its first invocation works: an environment is made, and initialised within Lambda's ten seconds. */
const INITIALISATION_MS = 10_000;

const functionsFailed = 'The deployment failed because one or more of the lifecycle event validation functions failed.';
const timedOut =
  'The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within one hour after a deployment hook is invoked.';

type Question = {
  deploymentId: string;
  stage: HookStage;
  /** A function, by name or ARN. */
  hook: string;
  executionId: string;
  /** May the group's role invoke it? */
  mayInvoke: (arn: string) => boolean;
};

/** Asks functions whether a deployment may go on: they are invoked, and report through the API. */
export function createHooks({ clock, random }: Pick<ServiceContext, 'clock' | 'random'>, { lambda }: CodedeployParts) {
  /** Who waits for which report, by execution id. */
  const waiting = new Map<string, (verdict: Verdict) => void>();
  /** How the last invocation of a hook that is waited for ended, by request id; and whom to tell that one has. */
  const said = new Map<string, { last: string; ended: AbortController }>();

  /** Throws EndedEarly where the hook says no or nothing, or cannot be asked. */
  async function ask(question: Question, { signal, check }: Interruption): Promise<void> {
    const { deploymentId, stage, hook, executionId, mayInvoke } = question;
    const arn = arnOf(question);
    if (!mayInvoke(arn)) {
      throw failed(
        'IAM_ROLE_PERMISSIONS',
        `The service role does not have permission to invoke the hook of ${stage}: lambda:InvokeFunction on ${arn}`,
      );
    }
    const requestId = random.uuid();
    const own = { last: 'its invocation has not ended yet', ended: new AbortController() };
    said.set(requestId, own);
    const done = new AbortController();
    let verdict: Verdict | undefined;
    waiting.set(executionId, (reported) => {
      verdict = reported;
      done.abort();
    });
    try {
      lambda.invoke(
        hook,
        JSON.stringify({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: executionId }),
        requestId,
      );
      // An hour is longer than any invocation; where the clock hurries, that must stay so.
      const answered = AbortSignal.any([done.signal, signal]);
      const working = clock.work(
        lambda.timeoutMs(hook) + INITIALISATION_MS,
        AbortSignal.any([answered, own.ended.signal]),
      );
      await Promise.all([clock.wait(HOUR_MS, answered), working]);
      check();
      if (verdict === 'Succeeded') return;
      if (verdict === 'Failed') {
        throw failed('HOOK_EXECUTION_FAILURE', `${functionsFailed} ${stage}: ${hook} reported Failed.`);
      }
      throw failed('TIMEOUT', `${timedOut} ${stage}: ${hook} did not report; ${own.last}.`);
    } finally {
      waiting.delete(executionId);
      said.delete(requestId);
    }
  }

  function arnOf({ hook, stage }: Question): string {
    try {
      return lambda.arnOf(hook);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw failed(
        'HOOK_EXECUTION_FAILURE',
        `${functionsFailed} ${stage}: ${hook} cannot be invoked: ${error.message}`,
      );
    }
  }

  return {
    ask,
    /** Takes a report. False: nobody waits for it any more. */
    report: (executionId: string, verdict: Verdict): boolean => {
      const settle = waiting.get(executionId);
      settle?.(verdict);
      return settle !== undefined;
    },
    /** Is told of all that happens, and remembers how hooks end. */
    handleEvent: (event: CloudEvent): void => {
      const asked = event.type === 'invocation-ended' ? said.get(event.requestId) : undefined;
      if (event.type !== 'invocation-ended' || asked === undefined) return;
      const { outcome, error = '' } = event;
      asked.last =
        outcome === 'succeeded'
          ? 'its last invocation returned without a report'
          : `its last invocation ${outcome.replaceAll('-', ' ')}: ${error}`;
      asked.ended.abort();
    },
  };
}
