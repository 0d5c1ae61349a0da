import type { ImageRecord } from './record.ts';

/**
 * The same record, but not up to date: its outputs are to be made again although its original has not changed. Status and outputs stay,
 * so that people see the old ones until there are new ones. Write it on condition that the revision is still `record.revision`, and
 * announce the image after that, or whoever hears of it finds nothing to do. Where somebody else wrote first, leave it at that: they have
 * looked at the image later.
 */
export function stale(record: ImageRecord): ImageRecord {
  return { ...record, recipeVersion: 0, revision: record.revision + 1 };
}
