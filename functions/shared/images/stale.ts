import type { ImageRecord } from './record.ts';

/**
 * The same record, marked stale: its outputs must be regenerated although its original has not changed. Status and outputs stay, so that
 * users see the old ones until there are new ones. Write it on condition that the revision is still `record.revision`. Republish the image
 * only after that, or the function that receives the event finds nothing to do. If another writer was first, do nothing: it read the image
 * later.
 */
export function stale(record: ImageRecord): ImageRecord {
  return { ...record, recipeVersion: 0, revision: record.revision + 1 };
}
