import type { Image } from '../shared/images/image.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { stale } from '../shared/images/stale.ts';
import type { Options } from './options.ts';
import type { Finding, Ports } from './ports.ts';

/** What a run has done so far. */
export type Counts = {
  originals: number;
  records: number;
  outputs: number;
  /** Images announced. */
  announced: number;
  /** Records whose original is gone. */
  gone: number;
  /** Records marked stale. */
  marked: number;
  /** Orphaned outputs deleted. */
  deleted: number;
};

export type Run = {
  readonly ports: Ports;
  readonly counts: Counts;
  readonly options: Options;
};

/** True for what happened so lately that its events are probably still on their way. */
export function isSettling({ ports, options }: Run, since: string): boolean {
  return ports.now().getTime() - Date.parse(since) < options.graceMs;
}

/** Marks a record as not up to date. False if somebody else wrote first. */
export async function markStale({ ports, counts }: Run, record: ImageRecord): Promise<boolean> {
  if ((await ports.writeRecord(stale(record), record.revision, [])) === 'lost') return false;
  counts.marked++;
  return true;
}

export async function announce(
  { ports, counts }: Run,
  { bucket, key }: Image,
  findings: readonly Finding[],
): Promise<void> {
  await ports.announce({ bucket, key }, findings);
  counts.announced++;
}
