import { forEach } from '../shared/for-each.ts';
import { imageId, type OriginalVersion } from '../shared/images/image.ts';
import type { Recipe } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { actOn } from './act.ts';
import { grouped, hasOutputsOfOurs, planOutputs } from './plan-outputs.ts';
import { mustAsk, nameOf, pending, planOriginals, type Release } from './plan-originals.ts';
import { planRecords } from './plan-records.ts';
import { isInGracePeriod } from './plan.ts';
import { assertNotEmpty, assertPlausible } from './plausible.ts';
import type { ListedObject, RecordKey } from './ports.ts';
import { clockOf, earliest, forEachContinueOnError, MOST_LISTED, recordFailure, type Run } from './run.ts';

/** Five times the longest timeout of an image function (template.yaml). */
const LONGEST_ATTEMPT_MS = 5 * 60_000;

/** One page of the uploads bucket: originals that have no record, or one that is out of date. Returns where to continue. */
export async function reconcileOriginals(run: Run, after: string | undefined): Promise<string | undefined> {
  const { items, next } = await run.ports.listOriginals(after);
  if (after === undefined && items.length === 0) await assertNotEmpty(run);
  run.counts.originals += items.length;
  for (const { key } of items) {
    if (run.listed.size < MOST_LISTED) run.listed.add(imageId({ bucket: run.ports.bucket, key }));
  }
  await reconcileObjects(run, items, true);
  return next;
}

/**
 * The same, but of objects uploaded since a moment (ISO 8601, UTC) only, and without asking for their outputs: S3 lists by name, and a
 * listing of all costs less than a record of each.
 */
export async function reconcileRecentOriginals(
  run: Run,
  since: string,
  after: string | undefined,
): Promise<string | undefined> {
  const { items, next } = await run.ports.listOriginals(after);
  const recent = items.filter(({ lastModified }) => lastModified >= since);
  run.counts.originals += recent.length;
  if (recent.length > 0) await reconcileObjects(run, recent, false);
  return next;
}

async function reconcileObjects(run: Run, listed: readonly ListedObject[], asksForOutputs: boolean): Promise<void> {
  const { ports } = run;
  const clock = clockOf(run);
  const objects = listed.filter(
    ({ key, lastModified }) =>
      !isInGracePeriod(clock, lastModified) && !run.announced.has(imageId({ bucket: ports.bucket, key })),
  );
  const names = objects.flatMap(({ key }) =>
    ports.recipes.map(({ name }) => ({ imageId: imageId({ bucket: ports.bucket, key }), recipe: name })),
  );
  const { records, unread } = await readAll(run, names);
  const readable = objects.filter(({ key }) => !unread.has(imageId({ bucket: ports.bucket, key })));
  const byImage = Map.groupBy(records.values(), (record) => record.imageId);
  const recordsOf = ({ key }: ListedObject) => byImage.get(imageId({ bucket: ports.bucket, key })) ?? [];

  const heads = new Map<string, OriginalVersion | undefined>();
  const asked = readable.filter((object) => recordsOf(object).some((record) => mustAsk(object, record)));
  const unasked = new Set(asked.map(({ key }) => key));
  await forEachContinueOnError(run, asked, keyOf, async ({ key }) => {
    heads.set(key, await ports.headOriginal({ bucket: ports.bucket, key }));
    unasked.delete(key);
  });
  const known = readable.filter(({ key }) => !unasked.has(key));
  // Outputs that are lost one by one are found where outputs are listed. An image that has lost all of them is not listed there.
  const first = known
    .flatMap(recordsOf)
    .flatMap(({ status, recipeVersion, outputs: [output] }) =>
      asksForOutputs && status === 'ready' && recipeVersion > 0 && output ? output.key : [],
    );
  const acts = planOriginals({
    ...{ bucket: ports.bucket, objects: known, records, heads, clock, features: ports.features },
    missing: await findMissing(run, first),
    releases: await Promise.all(ports.recipes.map((recipe) => releaseOf(run, recipe))),
  });
  const waiting = new Set(
    acts.flatMap(({ image, reasons }) => (reasons.some(({ finding }) => pending.has(finding)) ? image.key : [])),
  );
  const uploads = known.flatMap(({ key, lastModified }) => (waiting.has(key) ? lastModified : []));
  const pendingSince = earliest(run.pendingSince, ...uploads);
  if (pendingSince !== undefined) run.pendingSince = pendingSince;
  await actOn(run, acts);
}

/** One page of the table: records of originals that are gone. (Those that exist were handled with the bucket.) Returns where to continue. */
export async function reconcileRecords(run: Run, after: string | undefined): Promise<string | undefined> {
  const { counts, ports } = run;
  const { items, next } = await ports.scanRecords(after);
  // Other buckets' images are their owners' business: this function may not even read them.
  const alive = items.filter(({ status, bucket }) => status !== 'deleted' && bucket === ports.bucket);
  const settled = alive.filter(
    (one) => !isInGracePeriod(clockOf(run), one.processedAt) && !run.announced.has(one.imageId),
  );
  counts.records += alive.length;

  const unseen = new Map(settled.filter((one) => !run.listed.has(one.imageId)).map((one) => [one.imageId, one]));
  const gone = new Set<string>();
  await forEachContinueOnError(run, [...unseen.values()], keyOf, async (record) => {
    if ((await ports.headOriginal(record)) === undefined) gone.add(record.imageId);
  });
  counts.gone += settled.filter((record) => gone.has(record.imageId)).length;
  const sentence = `records are of originals that are gone from ${ports.bucket}`;
  assertPlausible(run, counts.gone, counts.records, sentence);
  await actOn(run, planRecords(settled, gone));
  return next;
}

/** One page of the thumbnails bucket: outputs that no record names, and records whose outputs are missing. Returns where to continue. */
export async function reconcileOutputs(run: Run, after: string | undefined): Promise<string | undefined> {
  const { ports, counts, options } = run;
  const { items, next } = await ports.listOutputs(after);
  counts.outputs += items.length;
  const all = grouped(items);
  const { records, unread } = await readAll(run, all);
  const groups = all.filter((group) => !unread.has(group.imageId));

  const listed = new Set(items.map(({ key }) => key));
  // Not in this page may mean in the next one, or written since.
  const unlisted = [...records.values()]
    .filter((record) => hasOutputsOfOurs(record, ports.bucket))
    .flatMap(({ outputs }) => outputs.flatMap(({ key }) => (listed.has(key) ? [] : key)));
  const acts = planOutputs({
    ...{ bucket: ports.bucket, groups, records, clock: clockOf(run), orphanAgeMs: options.orphanAgeMs },
    missing: await findMissing(run, unlisted),
  });
  run.orphans += acts.filter(({ act }) => act === 'delete').length;
  const sentence = 'listed outputs are named by no record';
  assertPlausible(run, run.orphans, counts.outputs, sentence);
  // A function may be at work on what this run has announced already; the next pass sees the rest. What is older than any attempt goes all
  // the same (it is looked up again before): else it would stay as long as every run announces its image.
  const writtenAt = new Map(items.map(({ key, lastModified }) => [key, Date.parse(lastModified)]));
  const { now } = clockOf(run);
  const isDue = (act: (typeof acts)[number]): boolean =>
    act.act === 'delete'
      ? !run.announced.has(act.imageId) || now - (writtenAt.get(act.key) ?? now) >= LONGEST_ATTEMPT_MS
      : !run.announced.has(imageId(act.image));
  await actOn(run, acts.filter(isDue));
  return next;
}

/** A request's worth of records. */
const BATCH = 100;

/** The records by `nameOf`, and the images whose records could not be read: nothing is known of these, which is not to say that they have none. */
async function readAll(run: Run, names: readonly RecordKey[]) {
  const { ports } = run;
  const records = new Map<string, ImageRecord>();
  const unread = new Set<string>();
  const keep = (record: ImageRecord): unknown => records.set(nameOf(record), record);
  const batches = Array.from({ length: Math.ceil(names.length / BATCH) }, (_, n) =>
    names.slice(n * BATCH, (n + 1) * BATCH).map(({ imageId: id, recipe }) => ({ imageId: id, recipe })),
  );
  const failed: RecordKey[] = [];
  await forEach(batches, async (batch) => {
    const read = await ports.readRecords(batch).catch(() => void failed.push(...batch));
    read?.forEach(keep);
  });
  // One record that cannot be read must not hide its neighbours.
  await forEachContinueOnError(run, failed, nameOf, async (name) => {
    const record = await ports.readRecord(name.imageId, name.recipe).catch((error: unknown) => {
      unread.add(name.imageId);
      throw error;
    });
    if (record) keep(record);
  });
  return { records, unread };
}

async function findMissing(run: Run, keys: readonly string[]): Promise<Set<string>> {
  const missing = new Set<string>();
  await forEachContinueOnError(run, keys, String, async (key) => {
    if (!(await run.ports.hasOutput(key))) missing.add(key);
  });
  return missing;
}

/** Where Lambda does not say which version is live (it throttles, or the alias is gone), no version is taken for rolled back. */
async function releaseOf(run: Run, recipe: Recipe): Promise<Release> {
  const serving = await run.ports.servingVersion(recipe.name).catch((error: unknown) => {
    recordFailure(run, `the live version of ${recipe.name}`, error);
    return undefined;
  });
  return { recipe, serving };
}

const keyOf = ({ key }: { key: string }) => key;
