import type { Story } from '../story.ts';
import { guardLabel, headline, whyOf } from './sentences.ts';
import { faultLabel, seconds } from './words.ts';

/** One rehearsal as a row among others. */
export type SummaryRow = {
  fault: string;
  outcome: string;
  /** What ended it; '' after a good release. */
  guard: string;
  why: string;
  lasted: string;
  images: number;
  lost: number;
  wrong: number;
  /** Undefined: there is no verdict yet. */
  asExpected: boolean | undefined;
};

export function summaryRow(story: Story): SummaryRow {
  const { verdict, uploads } = story;
  return {
    fault: faultLabel(story.fault),
    outcome: verdict?.outcome ?? 'under way',
    guard: verdict?.guard === undefined ? '' : guardLabel(verdict.guard, story.stackName),
    why: whyOf(story),
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
  return right === stories.length
    ? `All ${all} rehearsals ended as expected.`
    : `${String(right)} of ${all} rehearsals ended as expected.`;
}
