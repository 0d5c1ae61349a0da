import { forEach } from '../shared/for-each.ts';
import { TransientError } from '../shared/images/errors.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import type { Cursor, Writer, Ports, Release } from './ports.ts';
import { repairRecord, type Counts, type Run } from './repair-record.ts';
import { waitForRollback } from './wait-for-rollback.ts';

/** How an invocation ended. Only after `out of time` is there more to do, and somebody must go on. */
export type Ending =
  | 'repaired'
  | 'not about images'
  | 'no newer version'
  | 'it never had traffic'
  | 'it still serves'
  | 'another repair is at work'
  | 'out of time';

export type Summary = Counts & { ending: Ending; functionName: string; version: string };

/** The longest timeout of an image function (template.yaml), and time for Lambda to learn everywhere that the alias was moved. ms. */
export const DRAIN_MS = 60_000 + 15_000;

/** When passes begin, ms after the version was withdrawn: what it had in work comes out soon, or it never does. */
const PASSES_AT = [5_000, 20_000, DRAIN_MS];

/** Time left, ms, below which no further page is begun: many times what a page takes. */
const MIN_MS_PER_PAGE = 20_000;

/** CodeDeploy's clock is not that of the functions that date their records. ms. */
const BETWEEN_CLOCKS = 60_000;

/**
 * Has made again what a version of an image function has made that was withdrawn: marks its records stale and announces their images, so
 * that the version which serves now brings them up to date. Goes through the table until no invocation of that version can be under way
 * any more. Harmless to run twice, at once with anything else, and to stop anywhere; does nothing while the version is served.
 *
 * @throws TransientError once it has been everywhere, where single records could not be marked or announced; the next try looks for them.
 */
export async function repairAfterRollback(ports: Ports, deploymentId: string): Promise<Summary> {
  const release = await ports.describeRelease(deploymentId);
  const { functionName, targetVersion: version } = release;
  const run: Run = { ports, counts: { found: 0, marked: 0, announced: 0 }, seen: new Set(), failures: [] };
  const writer = await rolledBackWriter(ports, deploymentId, release);
  const ending = typeof writer === 'string' ? writer : await repair(run, deploymentId, release, writer);
  return { ...run.counts, ending, functionName, version };
}

/** Whose records are to be made again; or why there is nothing to repair, as far as that can be told without looking at records. */
async function rolledBackWriter(ports: Ports, deploymentId: string, release: Release): Promise<Writer | Ending> {
  const { functionName, currentVersion, targetVersion, startedAt } = release;
  const recipe = ports.recipeOf(functionName);
  if (recipe === undefined) return 'not about images';
  // What a release goes back to, by itself or by hand, has served before: that it did not get there says nothing against it.
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
      // A pass begins. Somebody may have released the version after all.
      if (await ports.isServed(release, release.targetVersion)) return 'it still serves';
      isLast = elapsed() >= DRAIN_MS;
      if (isLast) cursor = { ...cursor, phase: 'last' };
      run.failures.length = 0;
    }
    const { items, next } = await ports.scanWrittenBy(writer, cursor.after);
    await forEach(items, (record) => repairOrRecordFailure(run, record));
    // What failed must be met again: the pass in which it did is not the last one, whoever goes on with it.
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

/** One record that cannot be repaired must not keep those behind it from it. */
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
