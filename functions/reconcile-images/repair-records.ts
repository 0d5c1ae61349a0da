import type { ImageRecord } from '../shared/images/record.ts';
import { insistOnPlausible } from './plausible.ts';
import { announce, forEachOrAside, isSettling, type Run } from './run.ts';

/** One page of the table: finds records of originals that are gone. (Those that exist were seen to in the bucket.) Returns where to go on. */
export async function repairRecords(run: Run, after: string | undefined): Promise<string | undefined> {
  const { counts, ports } = run;
  const { items, next } = await ports.scanRecords(after);
  // Other buckets' images are their owners' business: this function may not even look at them.
  const alive = items.filter(({ status, bucket }) => status !== 'deleted' && bucket === ports.bucket);
  const settled = alive.filter(({ processedAt }) => !isSettling(run, processedAt));
  counts.records += alive.length;

  const gone: ImageRecord[] = [];
  await forEachOrAside(run, settled, keyOf, async (record) => {
    if ((await ports.headOriginal(record)) === undefined) gone.push(record);
  });
  insistOnPlausible(
    run,
    counts.gone + gone.length,
    counts.records,
    `records speak of originals that are gone from ${ports.bucket}`,
  );
  counts.gone += gone.length;
  const images = new Map(gone.map((record) => [record.imageId, record]));
  await forEachOrAside(run, [...images.values()], keyOf, (record) => announce(run, record, ['original gone']));
  return next;
}

const keyOf = ({ key }: ImageRecord) => key;
