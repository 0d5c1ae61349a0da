import { parseOutputKey } from '../shared/images/keys.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { insistOnPlausible } from './plausible.ts';
import type { ListedObject } from './ports.ts';
import { announce, forEachOrAside, markStale, type Run } from './run.ts';

/** What nothing names after this long, nothing ever will: no attempt lasts a quarter of it. ms. */
const ORPHAN_AGE = 60 * 60_000;

type Group = { imageId: string; recipe: RecipeName; objects: ListedObject[] };

/** One page of the thumbnails bucket: finds what no record names, and what one names in vain. Returns where to go on. */
export async function repairOutputs(run: Run, after: string | undefined): Promise<string | undefined> {
  const { ports, counts } = run;
  const { items, next } = await ports.listOutputs(after);
  counts.outputs += items.length;

  const orphans: (Group & { key: string })[] = [];
  await forEachOrAside(run, grouped(items), nameOf, async (group) => {
    const record = await ports.readRecord(group.imageId, group.recipe);
    for (const { key, lastModified } of group.objects) {
      const isOld = ports.now().getTime() - Date.parse(lastModified) > ORPHAN_AGE;
      if (isOld && !names(record, key)) orphans.push({ ...group, key });
    }
    if (record) await remakeWhatIsMissing(run, record, group.objects);
  });

  insistOnPlausible(run, counts.deleted + orphans.length, counts.outputs, 'listed outputs are named by no record');
  await forEachOrAside(run, orphans, nameOf, async ({ imageId, recipe, key }) => {
    // Read again right before: what cannot be undone is decided by what is true now.
    if (names(await ports.readRecord(imageId, recipe), key)) return;
    await ports.deleteOutputs([key]);
    counts.deleted++;
  });
  return next;
}

async function remakeWhatIsMissing(run: Run, record: ImageRecord, listed: readonly ListedObject[]): Promise<void> {
  if (record.status !== 'ready' || record.recipeVersion === 0 || record.bucket !== run.ports.bucket) return;
  for (const { key } of record.outputs) {
    // Not in this page may mean in the next one, or written since.
    if (listed.some((object) => object.key === key) || (await run.ports.hasOutput(key))) continue;
    if (await markStale(run, record)) await announce(run, record, ['missing outputs']);
    return;
  }
}

function nameOf({ recipe, imageId }: Pick<Group, 'recipe' | 'imageId'>): string {
  return `${recipe}/${imageId}`;
}

function names(record: ImageRecord | undefined, key: string): boolean {
  return record?.outputs.some((output) => output.key === key) === true;
}

/** By image and recipe. What nobody's outputs are named like is not ours, and left alone. */
function grouped(objects: readonly ListedObject[]): Group[] {
  const groups = new Map<string, Group>();
  for (const object of objects) {
    const whose = parseOutputKey(object.key);
    if (whose === undefined) continue;
    const name = nameOf(whose);
    const group = groups.get(name) ?? { ...whose, objects: [] };
    group.objects.push(object);
    groups.set(name, group);
  }
  return [...groups.values()];
}
