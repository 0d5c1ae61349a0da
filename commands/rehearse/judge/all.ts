import type { Story } from '../story.ts';

/** The minimum number of uploads for several rehearsals to conclude that no image is lost. */
const MIN_IMAGES = 200;

/** Describes a problem of several rehearsals together, in one sentence; undefined if there is none, or for a single rehearsal. */
export function problemOfAll(stories: readonly Story[]): string | undefined {
  const sent = stories.reduce((sum, { uploads }) => sum + uploads.sent, 0);
  return stories.length < 2 || sent >= MIN_IMAGES
    ? undefined
    : `only ${String(sent)} images were uploaded meanwhile, fewer than ${String(MIN_IMAGES)}`;
}

/** Whether each rehearsal, and all of them together, ended as expected. */
export function areAsExpected(stories: readonly Story[]): boolean {
  return stories.every(({ verdict }) => verdict?.asExpected === true) && problemOfAll(stories) === undefined;
}
