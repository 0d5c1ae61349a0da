import { InvokeCommand } from '@aws-sdk/client-lambda';
import { moveAlias } from '../aws/code.ts';
import { hasEnded, stopDeployment } from '../aws/deployments.ts';
import { versionName } from '../judge/images.ts';
import { isOver, type Observer } from './observe.ts';
import { TAKEN_BACK } from '../judge/verdict.ts';
import { lookAtUploads, pause, type Scene } from './context.ts';
import type { Stack } from '../aws/stack.ts';

/** How long aliases may take to go back once their deployments have ended, ms. */
const TO_GO_BACK_MS = 60_000;

/** Until both releases have ended, and their aliases stand still. */
export async function watch(scene: Scene, observer: Observer): Promise<void> {
  const { shown, story, plan } = scene;
  let until = Infinity;
  for (;;) {
    await observer.look();
    await lookAtUploads(scene);
    await endTogether(scene);
    plan.draw(story);
    if (isOver(shown) || Date.now() > until) return;
    if (until === Infinity && shown.every(({ release }) => hasEnded(release))) until = Date.now() + TO_GO_BACK_MS;
    await pause(plan);
  }
}

/** As CloudFormation does: when one release has failed, the other is not to succeed; one that has is taken back. */
async function endTogether({ stack, shown, withdrawn, tell }: Scene): Promise<void> {
  const failed = shown.filter(({ release: { status } }) => status === 'Failed' || status === 'Stopped');
  for (const { released, release } of failed) {
    const name = versionName(released.functionName, release.newVersion);
    if (!withdrawn.has(name)) tell(`${release.name} is rolled back.`);
    withdrawn.add(name);
  }
  if (failed.length === 0) return;
  for (const { released, release } of shown) {
    const { aws } = stack;
    const name = versionName(released.functionName, release.newVersion);
    if (withdrawn.has(name)) continue;
    withdrawn.add(name);
    if (!hasEnded(release)) {
      tell(`${release.name} is stopped with it.`);
      await stopDeployment(aws.codeDeploy, release.deploymentId);
    } else {
      tell(`${release.name} is taken back with it.`);
      await moveAlias(aws.lambda, released.functionName, release.oldVersion);
      await askForRepair(stack, release.deploymentId);
      Object.assign(release, { status: 'Stopped', reason: TAKEN_BACK });
    }
  }
}

/** CodeDeploy tells EventBridge of releases that fail; one that is taken back afterwards has not. */
async function askForRepair({ aws, repairFunction }: Stack, deploymentId: string): Promise<void> {
  const event = Buffer.from(JSON.stringify({ detail: { deploymentId, state: 'STOP' } }));
  await aws.lambda.send(new InvokeCommand({ FunctionName: repairFunction, InvocationType: 'Event', Payload: event }));
}

/** Ends what is under way, and has it rolled back. */
export async function stopAll({ stack, shown }: Scene): Promise<void> {
  for (const { release } of shown) {
    if (release.deploymentId !== '' && !hasEnded(release))
      await stopDeployment(stack.aws.codeDeploy, release.deploymentId);
  }
}
