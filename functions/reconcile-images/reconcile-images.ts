import type { Options } from './options.ts';
import { ImplausibleListingError } from './plausible.ts';
import { phases, type Cursor, type Phase, type Ports } from './ports.ts';
import { repairOriginals } from './repair-originals.ts';
import { repairOutputs } from './repair-outputs.ts';
import { repairRecords } from './repair-records.ts';
import type { Counts, Run } from './run.ts';

/** How a run ended: everything was looked at once; or there is more, and the next run goes on where this one stopped. */
export type Ending = 'finished' | 'out of time' | 'enough announced' | 'another run is at work';

export type Summary = Counts & { ending: Ending; firstFailure?: string };

/** Announcements in one run (a page more or less): what is repaired must not keep new uploads waiting. */
const ENOUGH = 1_000;

const repair: Record<Phase, (run: Run, after: string | undefined) => Promise<string | undefined>> = {
  originals: repairOriginals,
  records: repairRecords,
  outputs: repairOutputs,
};

/**
 * Looks through the uploads bucket, the table and the thumbnails bucket, page by page, for what events have not brought up to date,
 * and announces it. It works on no image itself and deletes no original, only outputs that nothing names; so it is harmless to run
 * at any time, twice at once, and to stop anywhere. What fails for one image is told and counted, and looked at again in the next pass.
 *
 * @throws ImplausibleListingError before it acts on a listing that cannot be true; the next run then begins anew.
 */
export async function reconcileImages(ports: Ports, options: Options): Promise<Summary> {
  const counts: Counts = {
    originals: 0,
    records: 0,
    outputs: 0,
    announced: 0,
    gone: 0,
    marked: 0,
    deleted: 0,
    failed: 0,
  };
  const run: Run = { ports, counts, options };
  const summary = (ending: Ending): Summary => ({
    ...counts,
    ending,
    ...(run.firstFailure !== undefined && { firstFailure: run.firstFailure }),
  });
  let cursor: Cursor = (await ports.readCursor()) ?? { phase: 'originals', revision: 0 };
  let isWholePass = isAtStart(cursor);
  for (;;) {
    const here = cursor;
    const after = await repair[here.phase](run, here.after).catch(async (error: unknown) => {
      // Or every run would stumble here first, and repair nothing else.
      if (error instanceof ImplausibleListingError) await ports.writeCursor(following(here, { phase: 'originals' }));
      throw error;
    });
    cursor = following(here, after === undefined ? { phase: phaseAfter(here.phase) } : { phase: here.phase, after });
    if ((await ports.writeCursor(cursor)) === 'lost') return summary('another run is at work');
    if (isAtStart(cursor)) {
      if (isWholePass) return summary('finished');
      // This run only finished what an earlier one had begun.
      isWholePass = true;
    }
    if (counts.announced >= ENOUGH) return summary('enough announced');
    if (ports.isTimeUp()) return summary('out of time');
  }
}

function isAtStart({ phase, after }: Cursor): boolean {
  return phase === phases[0] && after === undefined;
}

function following({ revision }: Cursor, position: Omit<Cursor, 'revision'>): Cursor {
  return { ...position, revision: revision + 1 };
}

function phaseAfter(phase: Phase): Phase {
  return phases[(phases.indexOf(phase) + 1) % phases.length] ?? 'originals';
}
