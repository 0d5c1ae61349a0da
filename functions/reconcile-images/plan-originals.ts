import { isReadableNow, type Features } from '../shared/images/features.ts';
import { identityOf, imageId, type OriginalVersion } from '../shared/images/image.ts';
import type { Recipe } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { isInGracePeriod, type Announcement, type Clock, type Finding, type Reason } from './plan.ts';
import type { ListedObject } from './ports.ts';

/** A recipe, and the version of its function that gets all traffic; undefined while that is unknown. */
export type Release = { recipe: Recipe; serving: number | undefined };

/** All that is known of a page of the uploads bucket. */
export type OriginalFacts = {
  bucket: string;
  objects: readonly ListedObject[];
  /** Of these objects' images, by `nameOf`. */
  records: ReadonlyMap<string, ImageRecord>;
  /** What HeadObject says of the objects for which `mustAsk`, by key. */
  heads: ReadonlyMap<string, OriginalVersion | undefined>;
  /** The outputs that records name and S3 does not have, as far as they were looked for. */
  missing: ReadonlySet<string>;
  releases: readonly Release[];
  features: Features;
  clock: Clock;
};

export function nameOf({ imageId: id, recipe }: { imageId: string; recipe: string }): string {
  return `${recipe}/${id}`;
}

/** Announces originals that have no record, or one that is out of date. */
export function planOriginals(facts: OriginalFacts): Announcement[] {
  return facts.objects.flatMap((object): Announcement[] => {
    if (isInGracePeriod(facts.clock, object.lastModified)) return [];
    const image = { bucket: facts.bucket, key: object.key };
    const reasons = facts.releases.flatMap((release): Reason[] => {
      const record = facts.records.get(nameOf({ imageId: imageId(image), recipe: release.recipe.name }));
      const finding = findProblem(facts, object, record, release);
      if (finding === undefined) return [];
      return [{ finding, ...(record && mustBeMarked.has(finding) && { mark: record }) }];
    });
    return reasons.length === 0 ? [] : [{ act: 'announce', image, reasons }];
  });
}

/** What the use case would find nothing to do about by itself. */
const mustBeMarked: ReadonlySet<Finding> = new Set([
  'older recipe',
  'missing outputs',
  'withdrawn version',
  'can be read now',
]);

/** Without an outcome for the object as it is: these are looked at again every hour. */
export const pending: ReadonlySet<Finding> = new Set(['no record', 'no outcome yet', 'another version']);

function findProblem(
  { heads, missing, clock, features }: OriginalFacts,
  object: ListedObject,
  record: ImageRecord | undefined,
  { recipe, serving }: Release,
): Finding | undefined {
  if (record === undefined || record.status === 'deleted') return 'no record';
  if (record.status === 'pending') return isInGracePeriod(clock, record.processedAt) ? undefined : 'no outcome yet';
  if (!isCurrent(object, record, heads)) return 'another version';
  if (record.recipeVersion === 0) return 'marked stale';
  // The live version may be older than we are. An image that it made itself it would make by the same recipe again, day after day.
  if (record.recipeVersion < recipe.version && Number(record.processedBy) !== serving) return 'older recipe';
  // For so long repair-after-rollback is at work on it; and a release may just have ended.
  const isOurs = serving !== undefined && !isInGracePeriod(clock, record.processedAt);
  if (isOurs && Number(record.processedBy) > serving) return 'withdrawn version';
  if (isOurs && record.poison && Number(record.processedBy) < serving && !hasTried(record, serving)) {
    return 'worth another try';
  }
  // A version that rejected it itself, where the feature is on by now, would do so again: only a later one may know of it.
  if (isOurs && isReadableNow(record, features) && Number(record.processedBy) < serving) return 'can be read now';
  return record.outputs.some(({ key }) => missing.has(key)) ? 'missing outputs' : undefined;
}

/** It may have crashed that version as well, while both were live: then there is nothing new to learn. */
function hasTried({ openAttempts = [] }: ImageRecord, version: number): boolean {
  return openAttempts.some(({ by }) => Number(by) === version);
}

/** A listing has no version ids: where the same bytes were uploaded at another time, only HeadObject knows. */
export function mustAsk(object: ListedObject, { status, eTag, uploadedAt }: ImageRecord): boolean {
  const hasOutcome = status === 'ready' || status === 'rejected';
  return hasOutcome && eTag === object.eTag && seconds(uploadedAt) !== seconds(object.lastModified);
}

function isCurrent(object: ListedObject, record: ImageRecord, heads: OriginalFacts['heads']): boolean {
  if (record.eTag !== object.eTag) return false;
  if (!mustAsk(object, record)) return true;
  const head = heads.get(object.key);
  return head !== undefined && identityOf(head) === identityOf(record);
}

/** HeadObject returns a time in whole seconds, even if a listing is more precise. */
function seconds(time = ''): number {
  return Math.floor(Date.parse(time) / 1000);
}
