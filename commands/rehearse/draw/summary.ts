import { guardLabel } from '../judge/guard-label.ts';
import type { Story } from '../story.ts';
import { problemOfAll } from '../judge/all.ts';
import { highestShare } from '../judge/reading.ts';
import { headline, causeOf } from './sentences.ts';
import { count, faultLabel, percent, seconds } from './words.ts';

/** One rehearsal as a row among others. */
export type SummaryRow = {
  fault: string;
  outcome: string;
  /** The most of the traffic that the new version ever had: where a guard ended it, its share when the guard fired. */
  traffic: string;
  /** What ended it; '' after a good release. */
  guard: string;
  why: string;
  lasted: string;
  images: number;
  lost: number;
  wrong: number;
  /** Undefined until there is a verdict. */
  asExpected: boolean | undefined;
};

export function summaryRow(story: Story): SummaryRow {
  const { verdict, uploads } = story;
  return {
    fault: faultLabel(story.fault),
    outcome: verdict?.outcome ?? 'under way',
    traffic: percent(Math.max(0, ...story.releases.map(highestShare))),
    guard: verdict?.guard === undefined ? '' : guardLabel(verdict.guard, story.stackName),
    why: causeOf(story),
    lasted: seconds(story.lastedMs),
    images: uploads.sent,
    lost: uploads.lost,
    wrong: uploads.wrong,
    asExpected: verdict?.asExpected,
  };
}

/** What all of them come to, in one sentence. */
export function summaryHeadline(stories: readonly Story[]): string {
  const [only] = stories;
  if (stories.length === 1 && only !== undefined) return headline(only);
  const right = stories.filter(({ verdict }) => verdict?.asExpected === true).length;
  const all = String(stories.length);
  const which = right === stories.length ? `All ${all}` : `${String(right)} of ${all}`;
  const wrong = problemOfAll(stories);
  return `${which} rehearsals ended as expected${wrong === undefined ? '' : `, but ${wrong}`}.`;
}

/** How many images all of them are about, what became of these, and when that was looked at; '' before. */
export function allImagesSentence(stories: readonly Story[]): string {
  const sum = (of: (uploads: Story['uploads']) => number): number =>
    stories.reduce((all, { uploads }) => all + of(uploads), 0);
  const recheck = stories.map(({ uploads }) => uploads.recheck?.afterMs);
  const found = `${String(sum(({ lost }) => lost))} lost, ${String(sum(({ wrong }) => wrong))} wrong`;
  if (recheck.length === 0 || !recheck.every((one) => one !== undefined)) return '';
  return `${count(
    sum(({ sent }) => sent),
    'image',
  )}, all looked at again ${seconds(Math.min(...recheck))} or more after their verdict: ${found}.`;
}
