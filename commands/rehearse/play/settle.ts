import { guardLabel } from '../judge/guard-label.ts';
import { readAlias } from '../aws/code.ts';
import { expectationOf } from '../judge/expectations.ts';
import type { Observer } from './observe.ts';
import { lookAtUploads, pause, type Scene } from './context.ts';
import type { Released, Stack } from '../aws/stack.ts';
import { guardOf, judgeStory, type Serving } from '../judge/verdict.ts';

/** How long pictures may take to be as they should be, once the release has ended, ms. */
const TO_HEAL_MS = 60_000;

/** Until every photograph is as it should be, or a minute has passed. What then has no outcome is lost. */
export async function heal(scene: Scene, observer: Observer): Promise<void> {
  const { story, plan, tell } = scene;
  const { uploads } = story;
  const until = Date.now() + TO_HEAL_MS;
  const guard = guardOf(story);
  tell(
    guard === undefined
      ? 'The release is over.'
      : `The release is over: ${guardLabel(guard, story.stackName)} has ended it.`,
  );
  for (;;) {
    let problems = await lookAtUploads(scene);
    // What was right once is looked at again before it is called so.
    if (uploads.right === uploads.sent) problems = await lookAtUploads(scene, true);
    await observer.look();
    plan.draw(story);
    if (uploads.right === uploads.sent) return;
    if (Date.now() > until) {
      uploads.lost = uploads.waiting;
      uploads.waiting = 0;
      for (const problem of problems.slice(0, 5)) tell(problem);
      return;
    }
    await pause(plan);
  }
}

/** Looks at what serves after all, which it gives, and says whether it ended as it should have. */
export async function conclude({ stack, story, plan, shown }: Scene, began: number): Promise<Serving> {
  const serving = new Map<string, string>();
  for (const { released } of shown) serving.set(released.name, await servedVersion(stack, released));
  story.verdict = judgeStory(story, expectationOf(plan.fault.name), serving);
  story.lastedMs = Date.now() - began;
  plan.draw(story);
  return serving;
}

async function servedVersion({ aws }: Stack, { functionName }: Released): Promise<string> {
  const { version, others } = await readAlias(aws.lambda, functionName);
  return [version, ...Object.keys(others)].join(' and ');
}
