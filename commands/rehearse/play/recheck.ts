import { expectationOf } from '../judge/expectations.ts';
import { createImageChecker } from '../judge/image-checker.ts';
import { pause, type RehearsalContext } from './context.ts';
import { verdictOf, type Serving } from '../judge/verdict.ts';

/** A rehearsal with a verdict. */
export type PlayedRehearsal = {
  context: RehearsalContext;
  serving: Serving;
  /** Ms since 1970. */
  verdictAt: number;
};

const MINUTE_MS = 60_000;

/** Maximum wait for an output that is being replaced during the check, ms. */
const REPLACEMENT_PATIENCE_MS = 15_000;

/** When to check every photograph again: a minute after the last verdict; for a single rehearsal, a minute of the cloud's clock. */
export function recheckDueAt(played: readonly Pick<PlayedRehearsal, 'verdictAt'>[], speed: number): number {
  const cloudMinute = MINUTE_MS / speed;
  const after = played.length === 1 ? cloudMinute : Math.max(MINUTE_MS, cloudMinute);
  return Math.max(...played.map(({ verdictAt }) => verdictAt)) + after;
}

/**
 * Checks every photograph again, without cached results. The findings replace the earlier ones, also in the verdict: a photograph that is
 * wrong now counts as wrong even if it is repaired later, and one without an outcome is lost.
 */
export async function recheck({ context, serving, verdictAt }: PlayedRehearsal): Promise<void> {
  const { stack, story, plan, uploader, rolledBack } = context;
  const { photographs } = uploader;
  const checker = createImageChecker(stack);
  const afterMs = Date.now() - verdictAt;
  const first = await checker.check(photographs, rolledBack, true);
  let last = first;
  for (const until = Date.now() + REPLACEMENT_PATIENCE_MS; last.waiting > 0 && Date.now() < until;) {
    await pause(plan);
    last = await checker.check(photographs, rolledBack);
  }
  const sent = photographs.length;
  const [wrong, lost] = [Math.max(first.wrong, last.wrong), last.waiting];
  Object.assign(story.uploads, { sent, right: sent - wrong - lost, waiting: 0, wrong, lost });
  story.uploads.recheck = { afterMs, speed: plan.speed };
  const at = Date.now() - Date.parse(story.startedAt);
  for (const text of [...new Set([...first.problems, ...last.problems])].slice(0, 5)) story.notes.push({ at, text });
  story.verdict = verdictOf(story, expectationOf(plan.fault.name), serving);
}
