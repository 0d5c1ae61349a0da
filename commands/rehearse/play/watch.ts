import { InvokeCommand } from '@aws-sdk/client-lambda';
import { moveAlias } from '../aws/code.ts';
import { hasEnded, stopDeployment } from '../aws/deployments.ts';
import { versionName } from '../judge/image-checker.ts';
import { isOver, type Observer } from './observe.ts';
import { ROLLED_BACK_WITH_OTHER } from '../judge/verdict.ts';
import { checkUploads, pause, type RehearsalContext } from './context.ts';
import type { Stack } from '../aws/stack.ts';

/** Maximum wait for aliases to return to the old version after their deployments have ended, ms. */
const ROLLBACK_PATIENCE_MS = 60_000;

/** Observes until all releases have ended and their aliases no longer change. */
export async function watch(context: RehearsalContext, observer: Observer): Promise<void> {
  const { observed, story, plan } = context;
  let until = Infinity;
  for (;;) {
    await observer.observe();
    await checkUploads(context);
    await rollBackTogether(context);
    plan.draw(story);
    if (isOver(observed) || Date.now() > until) return;
    if (until === Infinity && observed.every(({ release }) => hasEnded(release)))
      until = Date.now() + ROLLBACK_PATIENCE_MS;
    await pause(plan);
  }
}

/** As CloudFormation does: if one release fails, stops the others, and rolls back those that succeeded. */
async function rollBackTogether({ stack, observed, rolledBack, addNote }: RehearsalContext): Promise<void> {
  const failed = observed.filter(({ release: { status } }) => status === 'Failed' || status === 'Stopped');
  for (const { released, release } of failed) {
    const name = versionName(released.functionName, release.newVersion);
    if (!rolledBack.has(name)) addNote(`${release.name}: rolled back.`);
    rolledBack.add(name);
  }
  if (failed.length === 0) return;
  for (const { released, release } of observed) {
    const { aws } = stack;
    const name = versionName(released.functionName, release.newVersion);
    if (rolledBack.has(name)) continue;
    rolledBack.add(name);
    if (!hasEnded(release)) {
      addNote(`${release.name}: stopped with the other release.`);
      await stopDeployment(aws.codeDeploy, release.deploymentId);
    } else {
      addNote(`${release.name}: rolled back with the other release.`);
      await moveAlias(aws.lambda, released.functionName, release.oldVersion);
      await askForRepair(stack, release.deploymentId);
      Object.assign(release, { status: 'Stopped', reason: ROLLED_BACK_WITH_OTHER });
    }
  }
}

/** CodeDeploy publishes an event for failed releases, but not for a release that is rolled back after it succeeded. */
async function askForRepair({ aws, repairFunction }: Stack, deploymentId: string): Promise<void> {
  const event = Buffer.from(JSON.stringify({ detail: { deploymentId, state: 'STOP' } }));
  await aws.lambda.send(new InvokeCommand({ FunctionName: repairFunction, InvocationType: 'Event', Payload: event }));
}

/** Stops all deployments in progress and rolls them back. */
export async function stopAll({ stack, observed }: RehearsalContext): Promise<void> {
  for (const { release } of observed) {
    if (release.deploymentId !== '' && !hasEnded(release))
      await stopDeployment(stack.aws.codeDeploy, release.deploymentId);
  }
}
