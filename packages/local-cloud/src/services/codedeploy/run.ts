import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../core/aws-error.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { watchAlarms } from './alarms.ts';
import { configuration, shiftsOf } from './configurations.ts';
import {
  failed,
  hookEventName,
  refused,
  lifecycleEventNames,
  type Deployment,
  type LifecycleEvent,
  type LifecycleEventName,
} from './deployment.ts';
import type { Group } from './groups.ts';
import type { Hooks } from './hooks.ts';
import type { Interruption } from './interruption.ts';
import type { StateChanges } from './state-changes.ts';
import type { CodedeployParts } from './parts.ts';
import { serviceRole } from './service-role.ts';

/** One deployment that is under way, and what it works with. */
export type Run = {
  group: Group;
  groupArn: string;
  interruption: Interruption;
  /** As it is kept now. */
  get: () => Deployment;
  change: (changes: Partial<Deployment>) => Deployment;
};

export type RunParts = {
  context: Pick<ServiceContext, 'clock' | 'region' | 'accountId' | 'random'>;
  parts: CodedeployParts;
  hooks: Hooks;
  stateChanges: StateChanges;
};

/** Does what a deployment is to do, from its first hook to its last. Throws EndedEarly where it cannot, and CloudStopped. */
export async function run({ group, groupArn, interruption, get, change }: Run, tools: RunParts): Promise<void> {
  const { context, parts, hooks, stateChanges } = tools;
  const { clock } = context;
  const { appSpec, alarms, configuration: configurationName, id } = get();
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  const role = serviceRole(group, groupArn, tools);

  role.check();
  checkFunction();
  watchAlarms({ configuration: alarms, alarmState: parts.alarmState, mayLook: role.mayLook }, interruption, clock);
  interruption.check();
  for (const stage of lifecycleEventNames) await pass(stage);

  /** The alias must be where the AppSpec says, and both versions must be there. */
  function checkFunction(): void {
    const { functionVersion, weights } = describeAlias();
    if (functionVersion !== currentVersion || Object.keys(weights).length > 0) {
      throw refused(
        'INVALID_LAMBDA_CONFIGURATION',
        `${invalidAppSpec} The Lambda function alias version does not match the current version in AppSpec file (${functionName}, alias ${alias}: ${[functionVersion, ...Object.keys(weights)].join(' and ')}, not ${currentVersion}).`,
      );
    }
    if (!parts.lambda.hasVersion(functionName, targetVersion)) {
      throw refused(
        'INVALID_LAMBDA_FUNCTION',
        `The deployment failed because the target version does not exist: ${functionName}:${targetVersion}`,
      );
    }
  }

  function describeAlias(): ReturnType<CodedeployParts['lambda']['alias']> {
    try {
      role.checkFunction(parts.lambda.arnOf(functionName));
      return parts.lambda.alias(functionName, alias);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw refused(
        'INVALID_LAMBDA_FUNCTION',
        `The deployment failed because the Lambda function or its alias does not exist: ${error.message}`,
      );
    }
  }

  async function pass(stage: LifecycleEventName): Promise<void> {
    const hookOf = hookEventName(stage);
    const hook = hookOf && appSpec.hooks[hookOf];
    note(stage, { status: 'InProgress', startedAt: now(), ...(hook !== undefined && { hook }) });
    if (hookOf === undefined) await shift();
    else if (hook !== undefined) {
      const executionId = executionIdOf(stage);
      note(stage, { executionId });
      await hooks.ask({ deploymentId: id, stage: hookOf, hook, executionId, mayInvoke: role.mayInvoke }, interruption);
    }
    note(stage, { status: 'Succeeded', endedAt: now() });
  }

  async function shift(): Promise<void> {
    for (const { share, thenWaitMs } of shiftsOf(configuration(configurationName).routing)) {
      route(tools, get(), share);
      change({ share, changedAt: now() });
      await clock.wait(thenWaitMs, interruption.signal);
      interruption.check();
    }
  }

  /** Opaque, as AWS's are. */
  function executionIdOf(stage: LifecycleEventName): string {
    return Buffer.from(JSON.stringify({ id, stage, data: context.random.hex(64) })).toString('base64url');
  }

  function note(stage: LifecycleEventName, changes: Partial<LifecycleEvent>): void {
    const events = get().events.map((event) => (event.stage === stage ? { ...event, ...changes } : event));
    const changed = change({ events });
    const event = events.find((one) => one.stage === stage);
    // A lifecycle event without a hook is not published.
    const isPublished = stage === 'AllowTraffic' || event?.hook !== undefined;
    if (changes.status !== undefined && event !== undefined && isPublished) stateChanges.lifecycleEvent(changed, event);
  }

  function now(): string {
    return clock.now().toISOString();
  }
}

const invalidAppSpec =
  'The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration.';

/** From now on so much goes to the target version. Throws EndedEarly where Lambda does not let it. */
export function route({ parts }: Pick<RunParts, 'parts'>, { appSpec }: Deployment, share: number): void {
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  const whole = share === 1 ? targetVersion : currentVersion;
  const weights = share === 0 || share === 1 ? {} : { [targetVersion]: share };
  try {
    const before = parts.lambda.alias(functionName, alias);
    if (before.functionVersion === whole && isDeepStrictEqual(before.weights, weights)) return;
    parts.lambda.moveAlias(functionName, alias, { functionVersion: whole, weights });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw failed('INVALID_LAMBDA_CONFIGURATION', `${invalidAppSpec} ${error.message}`);
  }
}
