import type { ImageRecord } from '../shared/images/record.ts';
import { stale } from '../shared/images/stale.ts';
import type { Ports } from './ports.ts';

/** What an invocation did so far. */
export type Counts = {
  /** Records of the rolled-back version. */
  found: number;
  /** Records marked stale. */
  marked: number;
  /** Images republished. */
  announced: number;
};

export type Run = {
  readonly ports: Ports;
  readonly counts: Counts;
  /** Republished images that were not processed since: image ids with revisions. Each is republished once, even if it is found again. */
  readonly seen: Set<string>;
  /** Records that could not be repaired in this pass. */
  readonly failures: { record: ImageRecord; error: unknown }[];
};

/** Has one image reprocessed whose record the rolled-back version wrote. */
export async function repairRecord({ ports, counts, seen }: Run, record: ImageRecord): Promise<void> {
  if (seen.has(nameOf(record))) return;
  counts.found++;
  // A record without an outcome, or one that is marked already, hides nothing. Nor does a tombstone: it counts only if there is no original.
  // The image is republished all the same: its event may have been lost with the version, or with an invocation like this one.
  const isInTheWay = (record.status === 'ready' || record.status === 'rejected') && record.recipeVersion > 0;
  const known = isInTheWay ? stale(record) : record;
  const written = isInTheWay ? await ports.writeRecord(known, record.revision, []) : 'written';
  if (isInTheWay && written === 'written') counts.marked++;
  await ports.announce({ bucket: record.bucket, key: record.key }, record);
  counts.announced++;
  // 'lost': another writer read the image later. If that was the same version, the next pass finds the record again.
  // Or DynamoDB received our own write twice, because its first response was lost: then only this event reports it.
  if (written === 'written') seen.add(nameOf(known));
}

function nameOf({ imageId, revision }: ImageRecord): string {
  return `${imageId} ${revision}`;
}
