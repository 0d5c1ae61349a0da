import { forEach } from '../shared/for-each.ts';
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
  /** Images, records or outputs that could not be looked at, or seen to. */
  failed: number;
};

export type Run = {
  readonly ports: Ports;
  readonly counts: Counts;
  readonly options: Options;
  /** What the first of the failed failed of. */
  firstFailure?: string;
};

/**
 * Does the work for each item, a few at a time, and sets aside those it fails for: one object that S3 will not show us (encrypted with a
 * key of its uploader's, say) must not keep all that is listed after it from being looked at, run after run.
 */
export function forEachOrAside<Item>(
  run: Run,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  return forEach(items, (item) => work(item).catch((error: unknown) => setAside(run, nameOf(item), error)));
}

export function setAside(run: Run, name: string, error: unknown): void {
  run.counts.failed++;
  run.firstFailure ??= `${name}: ${String(error)}`;
}

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
