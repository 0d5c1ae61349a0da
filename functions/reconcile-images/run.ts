import type { Image } from '../shared/images/image.ts';
import type { ImageRecord } from '../shared/images/record.ts';
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

/** Lookups at a time. */
const AT_ONCE = 16;

/** True for what happened so lately that its events are probably still on their way. */
export function isSettling({ ports, options }: Run, since: string): boolean {
  return ports.now().getTime() - Date.parse(since) < options.graceMs;
}

/**
 * Marks a record as not up to date, so that its outputs are made again although its original has not changed; its status and its
 * outputs stay. False if somebody else wrote first: then somebody has looked at the image later than we have, and that will do.
 */
export async function markStale({ ports, counts }: Run, record: ImageRecord): Promise<boolean> {
  const stale = { ...record, recipeVersion: 0, revision: record.revision + 1 };
  if ((await ports.writeRecord(stale, record.revision, [])) === 'lost') return false;
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

/** Does the work for each item, a few at a time. Throws the first error once all that was begun has ended. */
export async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (const item of queue) await work(item);
  });
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}
