import type { Story } from '../story.ts';

/** So many photographs must have been on their way for several rehearsals to say that none is lost. */
const MIN_IMAGES = 200;

/** What is not as it should be of several rehearsals together, in one sentence; undefined where nothing is, and of one alone. */
export function problemOfAll(stories: readonly Story[]): string | undefined {
  const sent = stories.reduce((sum, { uploads }) => sum + uploads.sent, 0);
  return stories.length < 2 || sent >= MIN_IMAGES
    ? undefined
    : `only ${String(sent)} images were uploaded meanwhile, fewer than ${String(MIN_IMAGES)}`;
}

/** Did every one end as it should have, and all of them together? */
export function areAsExpected(stories: readonly Story[]): boolean {
  return stories.every(({ verdict }) => verdict?.asExpected === true) && problemOfAll(stories) === undefined;
}
