import type { Snapshot } from '../target/snapshot.ts';
import { waitForAlarms, deployAll, publishAll } from './deploy.ts';
import { moveAlias } from '../aws/code.ts';
import { createImageChecker } from '../judge/image-checker.ts';
import type { PlayedRehearsal } from './recheck.ts';
import { choosePace, startMeasuring } from './measure.ts';
import { createObserver } from './observe.ts';
import type { Plan, RehearsalContext } from './context.ts';
import { decideVerdict, waitForRepair } from './settle.ts';
import type { Stack } from '../aws/stack.ts';
import type { Story } from '../story.ts';
import { uploadSteadily } from '../photographs/uploads.ts';
import { stopAll, watch } from './watch.ts';

/**
 * Rehearses one release up to its verdict. All functions are released at the same time, as by CloudFormation: if one release fails or is
 * stopped, the others are stopped too. Leaves the aliases on the versions of the snapshot; the caller restores code and alarms.
 */
export async function rehearse(stack: Stack, snapshot: Snapshot, plan: Plan): Promise<PlayedRehearsal> {
  const began = Date.now();
  const story = newStory(stack, plan, began);
  const addNote = (text: string): void => {
    story.notes.push({ at: Date.now() - began, text });
    plan.draw(story);
  };
  const uploader = uploadSteadily(stack, plan, () => story.uploads.waiting);
  const context: RehearsalContext = {
    stack,
    story,
    plan,
    addNote,
    uploader,
    checker: createImageChecker(stack),
    observed: [],
    rolledBack: new Set(),
  };
  try {
    addNote(`Uploading ${String(plan.perSecond)} photographs per second.`);
    const measured = startMeasuring(context);
    context.observed.push(...(await publishAll(context, snapshot)));
    const observer = await createObserver(stack, story, context.observed, began);
    await waitForAlarms(context);
    await choosePace(context, await measured());
    await deployAll(context);
    await watch(context, observer);
    await uploader.stop();
    await waitForRepair(context, observer);
    const serving = await decideVerdict(context, began);
    return { context, serving, verdictAt: Date.now() };
  } finally {
    await uploader.stop().catch(() => undefined);
    plan.photographs.push(...uploader.photographs);
    await plan.setSpeed?.(plan.speed).catch(() => undefined);
    await stopAll(context).catch(() => undefined);
    await Promise.all([...snapshot.serving].map(([name, version]) => moveAlias(stack.aws.lambda, name, version))).catch(
      () => undefined,
    );
  }
}

function newStory(stack: Stack, { fault, deploymentConfig, speed }: Plan, began: number): Story {
  return {
    fault: fault.name,
    about: fault.about,
    deploymentConfig,
    speed,
    stackName: stack.name,
    startedAt: new Date(began).toISOString(),
    lastedMs: 0,
    releases: [],
    alarms: [],
    uploads: { sent: 0, right: 0, waiting: 0, wrong: 0, lost: 0, course: [], repaired: [] },
    notes: [],
  };
}
