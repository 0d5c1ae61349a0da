import type { Found } from '../target/snapshot.ts';
import { beCalm, deployAll, publishAll } from './deploy.ts';
import { moveAlias } from '../aws/code.ts';
import { createJudge } from '../judge/images.ts';
import type { Played } from './recheck.ts';
import { choosePace, startMeasuring } from './measure.ts';
import { createObserver } from './observe.ts';
import type { Plan, Scene } from './context.ts';
import { conclude, heal } from './settle.ts';
import type { Stack } from '../aws/stack.ts';
import type { Story } from '../story.ts';
import { uploadSteadily } from '../photographs/uploads.ts';
import { stopAll, watch } from './watch.ts';

/**
 * Plays one release and tells its story until the verdict. All functions that change are released side by side, as CloudFormation releases them: when one release fails
 * or is stopped, so is the other. Leaves the aliases on the versions that were found; code and alarms are somebody else's to put back.
 */
export async function rehearse(stack: Stack, found: Found, plan: Plan): Promise<Played> {
  const began = Date.now();
  const story = newStory(stack, plan, began);
  const tell = (text: string): void => {
    story.notes.push({ at: Date.now() - began, text });
    plan.draw(story);
  };
  const uploader = uploadSteadily(stack, plan, () => story.uploads.waiting);
  const scene: Scene = {
    stack,
    story,
    plan,
    tell,
    uploader,
    judge: createJudge(stack),
    shown: [],
    withdrawn: new Set(),
  };
  try {
    tell(`Photographs are uploaded, ${String(plan.perSecond)} a second.`);
    const measured = startMeasuring(scene);
    scene.shown.push(...(await publishAll(scene, found)));
    const observer = await createObserver(stack, story, scene.shown, began);
    await beCalm(scene);
    await choosePace(scene, await measured());
    await deployAll(scene);
    await watch(scene, observer);
    await uploader.stop();
    await heal(scene, observer);
    const serving = await conclude(scene, began);
    return { scene, serving, verdictAt: Date.now() };
  } finally {
    await uploader.stop().catch(() => undefined);
    plan.photographs.push(...uploader.photographs);
    await plan.setSpeed?.(plan.speed).catch(() => undefined);
    await stopAll(scene).catch(() => undefined);
    await Promise.all([...found.serving].map(([name, version]) => moveAlias(stack.aws.lambda, name, version))).catch(
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
    uploads: { sent: 0, right: 0, waiting: 0, wrong: 0, lost: 0, course: [], healed: [] },
    notes: [],
  };
}
