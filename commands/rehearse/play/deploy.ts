import { UsageError } from '../../shared/target.ts';
import { describeAlarms, pinned, putAlarms } from '../aws/alarms.ts';
import type { Snapshot } from '../target/snapshot.ts';
import { bundle } from '../faults/bundle.ts';
import { publish, writeCode } from '../aws/code.ts';
import { createDeployment } from '../aws/deployments.ts';
import type { ObservedRelease } from './observe.ts';
import { ALL_AT_ONCE } from '../deployment-type.ts';
import { pause, type Plan, type RehearsalContext } from './context.ts';
import { ALIAS, releasedOf, type Released, type Stack } from '../aws/stack.ts';
import type { Release } from '../story.ts';

/** Maximum wait for alarms to leave the ALARM state before the release, ms. */
const ALARM_PATIENCE_MS = 120_000;

/** Publishes a new version of each released function and points the rollback alarms at it. */
export async function publishAll(
  { stack, story, plan, addNote }: RehearsalContext,
  snapshot: Snapshot,
): Promise<ObservedRelease[]> {
  const { aws } = stack;
  const mark = `rehearsal ${plan.id}: ${plan.fault.name}`;
  const observed = await Promise.all(
    functionsOf(stack, plan).map(async (released): Promise<ObservedRelease> => {
      const { functionName, name, logicalId } = released;
      await writeCode(aws.lambda, functionName, await bundle(logicalId, mark, plan.fault.defect));
      const newVersion = await publish(aws.lambda, functionName, mark);
      const oldVersion = snapshot.serving.get(functionName) ?? '';
      return { released, release: newRelease(name, oldVersion, newVersion) };
    }),
  );
  story.releases.push(...observed.map(({ release }) => release));
  const versions = new Map(observed.map(({ released, release }) => [released.functionName, release.newVersion]));
  await putAlarms(
    aws.cloudWatch,
    snapshot.rollbackAlarms.map((alarm) => pinned(alarm, versions)),
  );
  for (const { name, oldVersion, newVersion } of story.releases)
    addNote(
      `${name}: version ${newVersion} is published; version ${oldVersion} is live. The rollback alarms watch the new version.`,
    );
  return observed;
}

/** The functions that a rehearsal releases. */
function functionsOf(stack: Stack, { fault: { releases } }: Plan): readonly Released[] {
  if (releases === 'all') return releasedOf(stack);
  return releases === 'reconciler' ? [stack.reconciler] : stack.functions;
}

function newRelease(name: string, oldVersion: string, newVersion: string): Release {
  return {
    name,
    deploymentId: '',
    oldVersion,
    newVersion,
    status: 'Created',
    lifecycleEvents: [],
    weights: [],
    counts: [],
  };
}

/** Waits until no rollback alarm fires: CodeDeploy would stop immediately. Throws UsageError if one continues to fire. */
export async function waitForAlarms({ stack, addNote, plan }: RehearsalContext): Promise<void> {
  const until = Date.now() + ALARM_PATIENCE_MS;
  for (let checks = 0; ; checks++) {
    const alarms = await describeAlarms(stack.aws.cloudWatch, stack.rollbackAlarms);
    const firing = alarms.filter(({ StateValue }) => StateValue === 'ALARM').map(({ AlarmName = '' }) => AlarmName);
    if (firing.length === 0) return;
    const names = firing.map((name) => stack.alarms.get(name) ?? name).join(', ');
    if (Date.now() > until) throw new UsageError(`A release cannot start while an alarm fires: ${names}.`);
    if (checks === 0) addNote(`Waiting for alarms that still fire: ${names}.`);
    await pause(plan);
  }
}

export async function deployAll({ stack, plan, observed, addNote }: RehearsalContext): Promise<void> {
  const description = `rehearsal ${plan.id}: ${plan.fault.name}`;
  for (const { released, release } of observed) {
    const shift = {
      functionName: released.functionName,
      alias: ALIAS,
      currentVersion: release.oldVersion,
      targetVersion: release.newVersion,
    };
    // As in the template: a share of an hourly run would give no data.
    const deploymentConfig = released === stack.reconciler ? ALL_AT_ONCE : plan.deploymentConfig;
    release.deploymentId = await createDeployment(stack, released, shift, { deploymentConfig, description });
    release.weights.push({ at: 0, share: 0 });
    addNote(`${release.name}: deployment ${release.deploymentId} started.`);
  }
}
