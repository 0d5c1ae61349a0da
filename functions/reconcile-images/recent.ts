import { reconcileRecentOriginals } from './pages.ts';
import type { Cursor, RecentCursor } from './ports.ts';
import { earliest, MAX_ANNOUNCED, type Ending, type Run } from './run.ts';

/** How much older than the beginning of the last full pass an upload may be that it left alone: its grace, and some for the clocks. ms. */
const OVERLAP_MS = 30 * 60_000;

/** Images without an outcome are looked at hourly for so long, and then with every full pass. ms. */
const LONGEST_MS = 7 * 24 * 60 * 60_000;

/**
 * Looks at what was uploaded since the last full pass began, and since the oldest upload that had no outcome then. It lists the whole
 * bucket (a request for 1,000 objects), since S3 lists by name only, and reads records of recent uploads (a request for 50 images).
 */
export async function reconcileRecent(run: Run, full: Cursor): Promise<Ending> {
  const { ports, counts } = run;
  const found = await ports.readRecentCursor();
  const since = found?.after === undefined ? beginningOf(run, full, found) : found.since;
  const revision = (found?.revision ?? 0) + 1;
  const carried = found?.after === undefined ? undefined : found.pendingSince;
  for (let after = found?.after; ;) {
    after = await reconcileRecentOriginals(run, since, after);
    const isOver = after === undefined;
    const ending: Ending | undefined =
      counts.announced >= MAX_ANNOUNCED && !isOver
        ? 'enough announced'
        : ports.isTimeUp() && !isOver
          ? 'out of time'
          : undefined;
    if (!isOver && ending === undefined) continue;
    const pendingSince = earliest(carried, run.pendingSince);
    // Written once a run, not once a page: a pass that dies is cheap to begin again.
    const written = await ports.writeRecentCursor({
      ...{ since, revision },
      ...(after !== undefined && { after }),
      ...(pendingSince !== undefined && { pendingSince }),
    });
    if (written === 'lost') return 'another run is at work';
    return ending ?? 'finished';
  }
}

function beginningOf({ ports }: Run, full: Cursor, last: RecentCursor | undefined): string {
  const longest = new Date(ports.now().getTime() - LONGEST_MS).toISOString();
  const startedAt = Date.parse(full.startedAt);
  const sinceFull = Number.isNaN(startedAt) ? longest : new Date(startedAt - OVERLAP_MS).toISOString();
  const since = earliest(sinceFull, full.pendingSince, last?.pendingSince) ?? longest;
  return since > longest ? since : longest;
}
