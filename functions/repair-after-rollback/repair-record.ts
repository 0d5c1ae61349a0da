import type { ImageRecord } from '../shared/images/record.ts';
import { stale } from '../shared/images/stale.ts';
import type { Ports } from './ports.ts';

/** What an invocation has done so far. */
export type Counts = {
  /** Records of the withdrawn version. */
  found: number;
  /** Records marked stale. */
  marked: number;
  /** Images announced. */
  announced: number;
};

export type Run = {
  readonly ports: Ports;
  readonly counts: Counts;
  /** What has been announced and not been worked on since: image ids with revisions. It is told once, however often it is met. */
  readonly seen: Set<string>;
  /** What could not be repaired in this pass. */
  readonly failures: { record: ImageRecord; error: unknown }[];
};

/** Has one image made again of which the withdrawn version has written the record. */
export async function repairRecord({ ports, counts, seen }: Run, record: ImageRecord): Promise<void> {
  if (seen.has(nameOf(record))) return;
  counts.found++;
  // What has no outcome, or is marked already, is in nobody's way; nor is a tombstone, which is believed only where there is no original.
  // Announced it is all the same: its event may have died with the version, or the announcement with an invocation like this one.
  const isInTheWay = (record.status === 'ready' || record.status === 'rejected') && record.recipeVersion > 0;
  const known = isInTheWay ? stale(record) : record;
  const written = isInTheWay ? await ports.writeRecord(known, record.revision, []) : 'written';
  if (isInTheWay && written === 'written') counts.marked++;
  await ports.announce({ bucket: record.bucket, key: record.key }, record);
  counts.announced++;
  // 'lost': somebody has looked at the image later than we have, and if that was the same version, the next pass meets the record again.
  // Or DynamoDB has got our own write twice, because the client did not hear of the first: then only this announcement tells of it.
  if (written === 'written') seen.add(nameOf(known));
}

function nameOf({ imageId, revision }: ImageRecord): string {
  return `${imageId} ${revision}`;
}
