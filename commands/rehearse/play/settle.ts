import { guardLabel } from '../judge/guard-label.ts';
import { readAlias } from '../aws/code.ts';
import { expectationOf } from '../judge/expectations.ts';
import type { Observer } from './observe.ts';
import { checkUploads, pause, type RehearsalContext } from './context.ts';
import type { Released, Stack } from '../aws/stack.ts';
import { guardOf, verdictOf, type Serving } from '../judge/verdict.ts';

/** Maximum wait for all pictures to be right after the release has ended, ms. */
const REPAIR_PATIENCE_MS = 60_000;

/** Waits until every photograph is right, for at most a minute. Photographs without an outcome then count as lost. */
export async function waitForRepair(context: RehearsalContext, observer: Observer): Promise<void> {
  const { story, plan, addNote } = context;
  const { uploads } = story;
  const until = Date.now() + REPAIR_PATIENCE_MS;
  const guard = guardOf(story);
  addNote(
    guard === undefined ? 'The release ended.' : `The release ended: ${guardLabel(guard, story.stackName)} stopped it.`,
  );
  for (;;) {
    let problems = await checkUploads(context);
    // Check all again before they are reported as right.
    if (uploads.right === uploads.sent) problems = await checkUploads(context, true);
    await observer.observe();
    plan.draw(story);
    if (uploads.right === uploads.sent) return;
    if (Date.now() > until) {
      uploads.lost = uploads.waiting;
      uploads.waiting = 0;
      for (const problem of problems.slice(0, 5)) addNote(problem);
      return;
    }
    await pause(plan);
  }
}

/** Returns the live versions and writes the verdict into the story. */
export async function decideVerdict(
  { stack, story, plan, observed }: RehearsalContext,
  began: number,
): Promise<Serving> {
  const serving = new Map<string, string>();
  for (const { released } of observed) serving.set(released.name, await servedVersion(stack, released));
  story.verdict = verdictOf(story, expectationOf(plan.fault.name), serving);
  story.lastedMs = Date.now() - began;
  plan.draw(story);
  return serving;
}

async function servedVersion({ aws }: Stack, { functionName }: Released): Promise<string> {
  const { version, others } = await readAlias(aws.lambda, functionName);
  return [version, ...Object.keys(others)].join(' and ');
}
