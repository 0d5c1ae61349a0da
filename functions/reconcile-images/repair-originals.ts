import { identityOf, imageId } from '../shared/images/image.ts';
import type { Recipe } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { doubtEmptyBucket } from './plausible.ts';
import type { Finding, ListedObject } from './ports.ts';
import { announce, forEachOrAside, isSettling, markStale, setAside, type Run } from './run.ts';

/** One page of the uploads bucket: finds originals that have no record, or one that is out of date. Returns where to go on. */
export async function repairOriginals(run: Run, after: string | undefined): Promise<string | undefined> {
  const { items, next } = await run.ports.listOriginals(after);
  if (after === undefined && items.length === 0) await doubtEmptyBucket(run);
  run.counts.originals += items.length;
  const releases = await Promise.all(
    run.ports.recipes.map(async (recipe) => ({ recipe, serving: await servingVersion(run, recipe) })),
  );
  await forEachOrAside(
    run,
    items,
    ({ key }) => key,
    (object) => repairOriginal(run, object, releases),
  );
  return next;
}

/** A recipe, and the version of its function that serves alone. */
type Release = { recipe: Recipe; serving: number | undefined };

/** Who cannot tell (Lambda is throttling, the alias is gone) leaves to a later run what depends on it, and to this one the rest. */
async function servingVersion(run: Run, { name }: Recipe): Promise<number | undefined> {
  return run.ports.servingVersion(name).catch((error: unknown) => {
    setAside(run, `the serving version of ${name}`, error);
    return undefined;
  });
}

async function repairOriginal(run: Run, object: ListedObject, releases: readonly Release[]): Promise<void> {
  if (isSettling(run, object.lastModified)) return;
  const image = { bucket: run.ports.bucket, key: object.key };
  const records = await run.ports.recordsOf(imageId(image));
  const findings: Finding[] = [];
  for (const release of releases) {
    const record = records.find(({ recipe }) => recipe === release.recipe.name);
    const finding = await whatIsWrong(run, object, record, release);
    if (finding === undefined) continue;
    // Marked before it is announced, or the announcement would find it up to date.
    if (!record || !mustBeMarked.has(finding) || (await markStale(run, record))) findings.push(finding);
  }
  if (findings.length > 0) await announce(run, image, findings);
}

/** What the use case would find nothing to do about by itself. */
const mustBeMarked: ReadonlySet<Finding> = new Set(['older recipe', 'missing outputs', 'withdrawn version']);

async function whatIsWrong(
  run: Run,
  object: ListedObject,
  record: ImageRecord | undefined,
  { recipe, serving }: Release,
): Promise<Finding | undefined> {
  if (record === undefined || record.status === 'deleted') return 'no record';
  if (record.status === 'pending') return isSettling(run, record.processedAt) ? undefined : 'no outcome yet';
  if (!(await speaksOf(run, object, record))) return 'another version';
  if (record.recipeVersion === 0) return 'marked stale';
  // What serves may be older than we are. What it made itself it would make by the same recipe again, hour after hour.
  if (record.recipeVersion < recipe.version && Number(record.processedBy) !== serving) return 'older recipe';
  // For so long repair-after-rollback has it in hand; and a release may just have ended.
  const isOurs = serving !== undefined && !isSettling(run, record.processedAt);
  if (isOurs && Number(record.processedBy) > serving) return 'withdrawn version';
  if (isOurs && record.poison && Number(record.processedBy) < serving && !hasTried(record, serving)) {
    return 'worth another try';
  }
  // Outputs that are lost one by one are found where the outputs are listed. An image that has lost all is not listed there.
  const [first] = record.outputs;
  if (first && !(await run.ports.hasOutput(first.key))) return 'missing outputs';
  return undefined;
}

/** It may have crashed that version as well, while both were served: then there is nothing new to learn, hour after hour. */
function hasTried({ openAttempts = [] }: ImageRecord, version: number): boolean {
  return openAttempts.some(({ by }) => Number(by) === version);
}

/** A listing tells no version ids: the same bytes uploaded again are told apart by time, and then by asking. */
async function speaksOf(run: Run, object: ListedObject, record: ImageRecord): Promise<boolean> {
  if (record.eTag !== object.eTag) return false;
  if (seconds(record.uploadedAt) === seconds(object.lastModified)) return true;
  const original = await run.ports.headOriginal(record);
  return original !== undefined && identityOf(original) === identityOf(record);
}

/** HeadObject tells a time to the second, whatever a listing does. */
function seconds(time = ''): number {
  return Math.floor(Date.parse(time) / 1000);
}
