import type { Options } from './options.ts';
import { reconcileOriginals, reconcileOutputs, reconcileRecords } from './pages.ts';
import { ImplausibleListingError } from './plausible.ts';
import type { Cursor, Phase, Ports } from './ports.ts';
import { reconcileRecent } from './recent.ts';
import { earliest, MAX_ANNOUNCED, newRun, type Ending, type Counts, type Planned, type Run } from './run.ts';

export type Summary = Counts & {
  ending: Ending;
  /** The result of the full pass: `not due` if this run only looked at recent uploads. */
  fullPass: 'not due' | 'finished' | 'in progress';
  firstFailure?: string;
  /** Within limits only: every act, in the order of the plan. */
  planned?: readonly Planned[];
};

/** A full pass is due with every 24th hourly run, or after a day, if runs were missed. The hour's half is for schedules that are late. */
const RUNS_A_DAY = 24;
const A_DAY_MS = 23.5 * 60 * 60_000;

type Step = Exclude<Phase, 'waiting'>;
const steps: Record<Step, { reconcile: typeof reconcileOriginals; next: Phase }> = {
  originals: { reconcile: reconcileOriginals, next: 'records' },
  records: { reconcile: reconcileRecords, next: 'outputs' },
  outputs: { reconcile: reconcileOutputs, next: 'waiting' },
};

/**
 * Announces the images that events have not brought up to date. Every run looks at recent uploads; once a day a full pass goes through
 * the uploads bucket, the table and the thumbnails bucket, page by page, for as many runs as it takes. It works on no image itself and
 * deletes no original, only outputs that no record names; so it is safe to run at any time, twice at the same time, and to stop
 * anywhere. What fails for one image is logged and counted, and looked at again in the next pass.
 *
 * @throws ImplausibleListingError before it acts on a listing that cannot be true; the next run then begins the full pass again.
 */
export async function reconcileImages(ports: Ports, options: Options): Promise<Summary> {
  const run = newRun(ports, options);
  const found = (await ports.readCursor()) ?? NEVER;
  // Counted with the first write of the cursor.
  const before = { ...found, runs: found.runs + (options.isScheduled ? 1 : 0) };
  if (!options.full) {
    const recent = await reconcileRecent(run, before);
    if (recent !== 'finished') return summaryOf(run, recent, 'in progress');
  }
  const isDue = options.full || isFullPassDue(ports, before);
  if (before.phase === 'waiting' && !isDue) return rest(run, before);
  const begun = before.phase === 'waiting' ? beginning(ports, before.revision) : before;
  return continueFullPass(run, begun);
}

/** The place of a walk that never was: its full pass is due. */
const NEVER: Cursor = { phase: 'waiting', revision: 0, startedAt: '', runs: 0 };

function beginning(ports: Ports, revision: number): Cursor {
  return { phase: 'originals', revision, startedAt: ports.now().toISOString(), runs: 0 };
}

function isFullPassDue(ports: Ports, { startedAt, runs }: Cursor): boolean {
  // A cursor of another version of this function may have no date.
  return runs >= RUNS_A_DAY || !(ports.now().getTime() - Date.parse(startedAt) < A_DAY_MS);
}

/** No full pass is due. An attempt at an event that has failed already must not succeed because the pass is over: no operator would learn of it. */
async function rest(run: Run, cursor: Cursor): Promise<Summary> {
  const { ports } = run;
  const { failure, ...others } = cursor;
  if (failure?.invocationId === ports.invocationId) {
    run.counts.failed++;
    run.firstFailure ??= failure.sentence;
    return summaryOf(run, 'finished', 'not due');
  }
  const written = run.options.isScheduled ? await ports.writeCursor(following(cursor, others)) : 'written';
  return summaryOf(run, written === 'lost' ? 'another run is at work' : 'finished', 'not due');
}

async function continueFullPass(run: Run, begun: Cursor): Promise<Summary> {
  const { ports, counts } = run;
  let cursor = begun;
  for (;;) {
    const here = cursor;
    if (here.phase === 'waiting') return summaryOf(run, 'finished', 'finished');
    const { reconcile, next } = steps[here.phase];
    const after = await reconcile(run, here.after).catch(async (error: unknown) => {
      // Or every run would stumble here first, and repair nothing else.
      if (error instanceof ImplausibleListingError) await ports.writeCursor(following(here, restarted(here)));
      throw error;
    });
    cursor = following(here, { ...placeOf(here, next, after), ...noted(run, here) });
    if ((await ports.writeCursor(cursor)) === 'lost') return summaryOf(run, 'another run is at work', 'in progress');
    if (cursor.phase === 'waiting') return summaryOf(run, 'finished', 'finished');
    if (counts.announced >= MAX_ANNOUNCED) return summaryOf(run, 'enough announced', 'in progress');
    if (ports.isTimeUp()) return summaryOf(run, 'out of time', 'in progress');
  }
}

function restarted({ startedAt, runs }: Cursor): Omit<Cursor, 'revision'> {
  return { phase: 'originals', startedAt, runs };
}

function placeOf({ phase, startedAt, runs }: Cursor, next: Phase, after: string | undefined): Omit<Cursor, 'revision'> {
  return after === undefined ? { phase: next, startedAt, runs } : { phase, after, startedAt, runs };
}

/** What the cursor keeps for later runs, beside its place. */
function noted({ ports, counts, firstFailure, ...run }: Run, before: Cursor): Pick<Cursor, 'pendingSince' | 'failure'> {
  const pendingSince = earliest(before.pendingSince, run.pendingSince);
  const sentence = firstFailure === undefined ? undefined : `${counts.failed} failed, the first: ${firstFailure}`;
  const failure = sentence === undefined ? before.failure : { sentence, invocationId: ports.invocationId };
  return { ...(pendingSince !== undefined && { pendingSince }), ...(failure && { failure }) };
}

function following({ revision }: Cursor, place: Omit<Cursor, 'revision'>): Cursor {
  return { ...place, revision: revision + 1 };
}

function summaryOf(
  { counts, firstFailure, options, planned }: Run,
  ending: Ending,
  fullPass: Summary['fullPass'],
): Summary {
  return {
    ...counts,
    ...{ ending, fullPass },
    ...(firstFailure !== undefined && { firstFailure }),
    ...(options.limits && { planned }),
  };
}
