import { expectationOf } from '../judge/expectations.ts';
import { createJudge } from '../judge/images.ts';
import { pause, type Scene } from './context.ts';
import { judgeStory, type Serving } from '../judge/verdict.ts';

/** A rehearsal that has its verdict. */
export type Played = {
  scene: Scene;
  serving: Serving;
  /** Ms since 1970. */
  verdictAt: number;
};

const MINUTE_MS = 60_000;

/** What is replaced just while it is looked at has so long to be seen, ms. */
const TO_SEE_MS = 15_000;

/** When every photograph is due to be looked at once more: a minute after the last verdict; of one rehearsal alone, of the cloud's own clock. */
export function dueAgain(played: readonly Pick<Played, 'verdictAt'>[], speed: number): number {
  const cloudMinute = MINUTE_MS / speed;
  const after = played.length === 1 ? cloudMinute : Math.max(MINUTE_MS, cloudMinute);
  return Math.max(...played.map(({ verdictAt }) => verdictAt)) + after;
}

/**
 * Looks at every photograph once more, as if never before: records and files are read anew. What is found counts from now on, also for the
 * verdict: what is wrong now stays wrong, whatever becomes of it, and what has no outcome is lost.
 */
export async function lookAgain({ scene, serving, verdictAt }: Played): Promise<void> {
  const { stack, story, plan, uploader, withdrawn } = scene;
  const { photographs } = uploader;
  const judge = createJudge(stack);
  const afterMs = Date.now() - verdictAt;
  const first = await judge.look(photographs, withdrawn, true);
  let last = first;
  for (const until = Date.now() + TO_SEE_MS; last.waiting > 0 && Date.now() < until;) {
    await pause(plan);
    last = await judge.look(photographs, withdrawn);
  }
  const sent = photographs.length;
  const [wrong, lost] = [Math.max(first.wrong, last.wrong), last.waiting];
  Object.assign(story.uploads, { sent, right: sent - wrong - lost, waiting: 0, wrong, lost });
  story.uploads.again = { afterMs, speed: plan.speed };
  const at = Date.now() - Date.parse(story.startedAt);
  for (const text of [...new Set([...first.problems, ...last.problems])].slice(0, 5)) story.notes.push({ at, text });
  story.verdict = judgeStory(story, expectationOf(plan.fault.name), serving);
}
