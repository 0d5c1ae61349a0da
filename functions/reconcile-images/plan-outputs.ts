import { parseOutputKey } from '../shared/images/keys.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { isInGracePeriod, type Act, type Clock } from './plan.ts';
import { nameOf } from './plan-originals.ts';
import type { ListedObject, RecordKey } from './ports.ts';

/** The outputs of one image under one recipe, as far as a page of the thumbnails bucket has them. */
export type Group = RecordKey & { objects: readonly ListedObject[] };

/** All that is known of a page of the thumbnails bucket. */
export type OutputFacts = {
  bucket: string;
  groups: readonly Group[];
  /** Of these groups, by `nameOf`. */
  records: ReadonlyMap<string, ImageRecord>;
  /** The outputs that these records name and S3 does not have. */
  missing: ReadonlySet<string>;
  clock: Clock;
  orphanAgeMs: number;
};

/** Deletes outputs that no record names, and announces images whose records name outputs that are missing. */
export function planOutputs({ bucket, groups, records, missing, clock, orphanAgeMs }: OutputFacts): Act[] {
  return groups.flatMap((group): Act[] => {
    const record = records.get(nameOf(group));
    const orphans = group.objects.filter(
      ({ key, lastModified }) => clock.now - Date.parse(lastModified) >= orphanAgeMs && !names(record, key),
    );
    const deletions = orphans.map(({ key }): Act => ({
      act: 'delete',
      key,
      imageId: group.imageId,
      recipe: group.recipe,
    }));
    if (!record || isInGracePeriod(clock, record.processedAt) || !hasOutputsOfOurs(record, bucket)) return deletions;
    if (!record.outputs.some(({ key }) => missing.has(key))) {
      return deletions;
    }
    const image = { bucket: record.bucket, key: record.key };
    return [...deletions, { act: 'announce', image, reasons: [{ finding: 'missing outputs', mark: record }] }];
  });
}

/** Must all its outputs exist, and must this plan republish the image if they do not? Stale records are republished with the originals. */
export function hasOutputsOfOurs({ status, recipeVersion, bucket }: ImageRecord, ours: string): boolean {
  return status === 'ready' && recipeVersion > 0 && bucket === ours;
}

export function names(record: ImageRecord | undefined, key: string): boolean {
  return record?.outputs.some((output) => output.key === key) === true;
}

/** By image and recipe. Objects whose names do not look like outputs are not ours and stay. */
export function grouped(objects: readonly ListedObject[]): Group[] {
  const groups = new Map<string, RecordKey & { objects: ListedObject[] }>();
  for (const object of objects) {
    const whose = parseOutputKey(object.key);
    if (whose === undefined) continue;
    const group = groups.get(nameOf(whose)) ?? { ...whose, objects: [] };
    group.objects.push(object);
    groups.set(nameOf(whose), group);
  }
  return [...groups.values()];
}
