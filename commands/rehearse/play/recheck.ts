import { expectationOf } from '../judge/expectations.ts';
import { createImageChecker } from '../judge/image-checker.ts';
import { pause, type RehearsalContext } from './context.ts';
import { verdictOf, type Serving } from '../judge/verdict.ts';

/** A rehearsal that has its verdict. */
export type PlayedRehearsal = {
  context: RehearsalContext;
  serving: Serving;
  /** Ms since 1970. */
  verdictAt: number;
};

const MINUTE_MS = 60_000;

/** What is replaced just while it is looked at has so long to be seen, ms. */
const REPLACEMENT_PATIENCE_MS = 15_000;

/** When every photograph is due to be looked at once more: a minute after the last verdict; of one rehearsal alone, of the cloud's own clock. */
export function recheckDueAt(played: readonly Pick<PlayedRehearsal, 'verdictAt'>[], speed: number): number {
  const cloudMinute = MINUTE_MS / speed;
  const after = played.length === 1 ? cloudMinute : Math.max(MINUTE_MS, cloudMinute);
  return Math.max(...played.map(({ verdictAt }) => verdictAt)) + after;
}

/**
 * Looks at every photograph once more, as if never before: records and files are read anew. What is found counts from now on, also for the
 * verdict: what is wrong now stays wrong, whatever becomes of it, and what has no outcome is lost.
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
