import { forEach } from '../shared/for-each.ts';
import { TransientError } from '../shared/images/errors.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import type { Cursor, Writer, Ports, Release } from './ports.ts';
import { repairRecord, type Counts, type Run } from './repair-record.ts';
import { waitForRollback } from './wait-for-rollback.ts';

/** How an invocation ended. Only after `out of time` is there more to do: another invocation must continue. */
export type Ending =
  | 'repaired'
  | 'not about images'
  | 'no newer version'
  | 'it never had traffic'
  | 'it still serves'
  | 'another repair is at work'
  | 'out of time';

export type Summary = Counts & { ending: Ending; functionName: string; version: string };

/** The longest timeout of an image function (template.yaml), plus the time until all of Lambda knows that the alias moved. ms. */
export const DRAIN_MS = 60_000 + 15_000;

/** When passes start, ms after the version was rolled back: its invocations in progress end soon, or never. */
const PASSES_AT = [5_000, 20_000, DRAIN_MS];

/** The time left, in ms, below which no further page is started: many times the duration of a page. */
const MIN_MS_PER_PAGE = 20_000;

/** CodeDeploy's clock is not that of the functions that date their records. ms. */
const BETWEEN_CLOCKS = 60_000;

/**
 * Reprocesses the images that a rolled-back version of an image function processed. It marks the records of that version stale and
 * republishes their images, so that the live version brings them up to date. It scans the table until no invocation of the rolled-back
 * version can be in progress. It is idempotent, may run at the same time as anything else, and may be killed at any point. It does nothing
 * while the version is live.
 *
 * @throws TransientError after the last pass if single records could not be marked or republished. The next attempt looks for them.
 */
export async function repairAfterRollback(ports: Ports, deploymentId: string): Promise<Summary> {
  const release = await ports.describeRelease(deploymentId);
  const { functionName, targetVersion: version } = release;
  const run: Run = { ports, counts: { found: 0, marked: 0, announced: 0 }, seen: new Set(), failures: [] };
  const writer = await rolledBackWriter(ports, deploymentId, release);
  const ending = typeof writer === 'string' ? writer : await repair(run, deploymentId, release, writer);
  return { ...run.counts, ending, functionName, version };
}

/** Whose records to repair; or why there is nothing to repair, as far as that is known without reading records. */
async function rolledBackWriter(ports: Ports, deploymentId: string, release: Release): Promise<Writer | Ending> {
  const { functionName, currentVersion, targetVersion, startedAt } = release;
  const recipe = ports.recipeOf(functionName);
  if (recipe === undefined) return 'not about images';
  // A release to an older version, automatic or manual, goes to one that was live before. That it failed says nothing against that version.
  if (!(Number(targetVersion) > Number(currentVersion))) return 'no newer version';
  if (!(await ports.receivedTraffic(deploymentId))) return 'it never had traffic';
  const since = new Date(Date.parse(startedAt) - BETWEEN_CLOCKS).toISOString();
  return { bucket: ports.bucket, recipe, version: targetVersion, since };
}

async function repair(run: Run, deploymentId: string, release: Release, writer: Writer): Promise<Ending> {
  const { ports } = run;
  const withdrawnAt = await waitForRollback(ports, release);
  if (withdrawnAt === 'it still serves') return withdrawnAt;
  const elapsed = () => ports.now().getTime() - withdrawnAt.getTime();
  let cursor: Cursor = (await ports.readCursor(deploymentId)) ?? { phase: 'early', revision: 0 };
  let isLast = cursor.phase === 'last';
  while (cursor.phase !== 'done') {
    if (cursor.after === undefined) {
      // A pass starts. The version may have been released again in the meantime.
      if (await ports.isServed(release, release.targetVersion)) return 'it still serves';
      isLast = elapsed() >= DRAIN_MS;
      if (isLast) cursor = { ...cursor, phase: 'last' };
      run.failures.length = 0;
    }
    const { items, next } = await ports.scanWrittenBy(writer, cursor.after);
    await forEach(items, (record) => repairOrRecordFailure(run, record));
    // A failed record must be read again, so this pass is not the last one, whichever invocation continues it.
    if (run.failures.length > 0) cursor = { ...cursor, phase: 'early' };
    cursor = following(cursor, next);
    if ((await ports.writeCursor(deploymentId, cursor)) === 'lost') return 'another repair is at work';
    if (cursor.phase === 'done') break;
    if (next === undefined && isLast) throw failureOf(run.failures, deploymentId, writer);
    const pause = next === undefined ? untilNextPass(elapsed()) : 0;
    if (ports.remainingMs() - pause < MIN_MS_PER_PAGE) return 'out of time';
    await ports.wait(pause);
  }
  return 'repaired';
}

/** A record that cannot be repaired must not prevent the repair of those after it. */
async function repairOrRecordFailure(run: Run, record: ImageRecord): Promise<void> {
  try {
    await repairRecord(run, record);
  } catch (error) {
    run.failures.push({ record, error });
  }
}

function failureOf(failures: Run['failures'], deploymentId: string, { version }: Writer): Error {
  const [first] = failures;
  const which = first && `${first.record.bucket}/${first.record.key}: ${String(first.error)}`;
  return new TransientError(
    `the repair after ${deploymentId} could not mark or announce ${failures.length} records of version ${version}, the first ${which ?? ''}`,
    { cause: first?.error },
  );
}

function following({ phase, revision }: Cursor, next: string | undefined): Cursor {
  if (next !== undefined) return { phase, after: next, revision: revision + 1 };
  return { phase: phase === 'last' ? 'done' : 'early', revision: revision + 1 };
}

function untilNextPass(elapsed: number): number {
  return Math.max(0, (PASSES_AT.find((at) => at > elapsed) ?? elapsed) - elapsed);
}
