import type { Image } from '../shared/images/image.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';

/** Why an image is announced again, in words for a log line. */
export type Finding =
  | 'no record'
  | 'no outcome yet'
  | 'another version'
  | 'older recipe'
  | 'marked stale'
  | 'missing outputs'
  | 'withdrawn version'
  | 'worth another try'
  | 'can be read now'
  | 'original gone';

/** The defect of an image for one recipe. */
export type Reason = {
  finding: Finding;
  /** The record to mark stale before the announcement: without that, the use case would find it up to date. */
  mark?: ImageRecord;
};

export type Announcement = { act: 'announce'; image: Image; reasons: readonly Reason[] };
export type Deletion = { act: 'delete'; key: string; imageId: string; recipe: RecipeName };

/** One act. Plans are pure: they turn the facts about a page into a list of acts; act.ts runs them. */
export type Act = Announcement | Deletion;

/** A moment, and how long before it what happened is left alone. ms. */
export type Clock = { now: number; graceMs: number };

/** True for what happened so recently that its events are probably still on their way. */
export function isInGracePeriod(clock: Clock, since: string): boolean {
  return clock.now - Date.parse(since) < clock.graceMs;
}
