import type { Run } from './run.ts';

/**
 * What was listed cannot be the whole truth. A bucket or a table that is suddenly empty is far more often a mistake (a wrong name, a
 * restored table, a lifecycle rule) than intended, and to act on it would give up what is still needed.
 */
export class ImplausibleListingError extends Error {
  override name = 'ImplausibleListingError';
}

/** So much is always believed, or a bucket of ten images could never be tidied up. */
const ALWAYS_BELIEVED = 50;
/** Beyond that, this share of what this run has looked at. */
const BELIEVED_SHARE = 0.2;
/** An uploads bucket that lists nothing is not believed while so many records on one page of the table say otherwise. */
export const MANY_RECORDS = 10;

const HOW_TO_GO_ON =
  'Nothing was changed because of it. If that is right, invoke the function once with ' +
  '{"evenIfImplausible": true, "pass": "full", "confirmDeletions": true}.';

/** @throws ImplausibleListingError if `given up` is a larger part of `seen` than everyday failures explain. */
export function assertPlausible(run: Run, givenUp: number, seen: number, sentence: string): void {
  const isPlausible = givenUp <= ALWAYS_BELIEVED || givenUp <= seen * BELIEVED_SHARE;
  if (isPlausible || run.options.evenIfImplausible) return;
  throw new ImplausibleListingError(`${givenUp} of ${seen} ${sentence}. ${HOW_TO_GO_ON}`);
}

/** @throws ImplausibleListingError when the bucket of originals lists nothing, and the table knows of many images in it. */
export async function assertNotEmpty({ ports, options }: Run): Promise<void> {
  if (options.evenIfImplausible) return;
  const { items } = await ports.scanRecords(undefined);
  const alive = items.filter(({ status, bucket }) => status !== 'deleted' && bucket === ports.bucket);
  if (alive.length < MANY_RECORDS) return;
  throw new ImplausibleListingError(
    `${ports.bucket} lists nothing, and yet at least ${alive.length} records are of images in it. ${HOW_TO_GO_ON}`,
  );
}
