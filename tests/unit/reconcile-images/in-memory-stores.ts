import type { Finding } from '../../../functions/reconcile-images/plan.ts';
import type { Cursor, ListedObject, Page, Ports, RecentCursor } from '../../../functions/reconcile-images/ports.ts';
import { reconcileImages, type Summary } from '../../../functions/reconcile-images/reconcile-images.ts';
import { readOptions, type Options } from '../../../functions/reconcile-images/options.ts';
import { featuresOf } from '../../../functions/shared/images/features.ts';
import { imageId, type OriginalVersion } from '../../../functions/shared/images/image.ts';
import { recipes, type RecipeName } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';

export const NOW = new Date('2026-05-01T12:00:00Z');
export const LONG_AGO = '2026-05-01T09:00:00.000Z';
export const JUST_NOW = '2026-05-01T11:59:00.000Z';

export const bucket = 'uploads';

/** Buckets and table in memory, all of them listed three at a time, for reconcile-images to find its way through. */
export function createInMemoryStores() {
  const originals = new Map<string, OriginalVersion>();
  const table = new Map<string, ImageRecord>();
  const outputs = new Map<string, { lastModified: string }>();
  const announced: { key: string; findings: readonly Finding[] }[] = [];
  const kept: { cursor?: Cursor; recent?: RecentCursor } = {};
  const clock = { now: NOW };
  /** The versions behind `live`; none while a release is under way. */
  const serving: Partial<Record<RecipeName, number>> = { thumbnails: 1, renditions: 1 };

  function record(key: string, recipe: RecipeName = 'thumbnails'): ImageRecord | undefined {
    return table.get(`${imageId({ bucket, key })} ${recipe}`);
  }

  function keep(one: ImageRecord): void {
    table.set(`${one.imageId} ${one.recipe}`, one);
  }

  /** An original whose records and outputs are as they should be; what is given makes it otherwise. */
  function settle(key: string, otherwise: Partial<ImageRecord> = {}): ImageRecord {
    const version = { versionId: `v-${key}`, eTag: '"abc"', size: 3, uploadedAt: LONG_AGO };
    originals.set(key, version);
    for (const recipe of ['renditions', 'thumbnails'] as const) {
      const id = imageId({ bucket, key });
      const outputKeys = [128, 320].map((width) => `${recipe}/${id}/first/${width}.webp`);
      for (const output of outputKeys) outputs.set(output, { lastModified: LONG_AGO });
      keep({
        imageId: id,
        recipe,
        recipeVersion: recipes[recipe].version,
        revision: 1,
        status: 'ready',
        owner: '-',
        bucket,
        key,
        ...version,
        processedAt: LONG_AGO,
        processedBy: '1',
        outputs: outputKeys.map((output) => ({ key: output, width: 128, height: 96, format: 'webp', bytes: 9 })),
        ...(recipe === 'thumbnails' && otherwise),
      });
    }
    return record(key) ?? fail();
  }

  const ports: Ports = {
    recipes: Object.values(recipes),
    features: featuresOf({ HEIC: 'on' }),
    bucket,
    listOriginals: async (after) =>
      pageOf(
        [...originals].map(([key, { eTag, uploadedAt }]) => ({ key, eTag, lastModified: uploadedAt })),
        ({ key }) => key,
        after,
      ),
    listOutputs: async (after) =>
      pageOf(
        [...outputs].map(([key, { lastModified }]): ListedObject => ({ key, eTag: '', lastModified })),
        ({ key }) => key,
        after,
      ),
    scanRecords: async (after) => pageOf([...table.values()], (one) => `${one.imageId} ${one.recipe}`, after),
    readRecords: async (keys) => keys.flatMap(({ imageId: id, recipe }) => table.get(`${id} ${recipe}`) ?? []),
    readRecord: async (id, recipe) => table.get(`${id} ${recipe}`),
    writeRecord: async (one, expected) => {
      if ((table.get(`${one.imageId} ${one.recipe}`)?.revision ?? 0) !== expected) return 'lost';
      keep(one);
      return 'written';
    },
    servingVersion: async (recipe) => serving[recipe],
    headOriginal: async ({ key }) => originals.get(key),
    hasOutput: async (key) => outputs.has(key),
    deleteOutputs: async (keys) => keys.forEach((key) => outputs.delete(key)),
    announce: async ({ key }, findings) => {
      announced.push({ key, findings });
    },
    readCursor: async () => kept.cursor,
    writeCursor: async (cursor) => {
      if ((kept.cursor?.revision ?? 0) !== cursor.revision - 1) return 'lost';
      kept.cursor = cursor;
      return 'written';
    },
    readRecentCursor: async () => kept.recent,
    writeRecentCursor: async (cursor) => {
      if ((kept.recent?.revision ?? 0) !== cursor.revision - 1) return 'lost';
      kept.recent = cursor;
      return 'written';
    },
    now: () => clock.now,
    isTimeUp: () => false,
    invocationId: 'r-1',
  };

  /** One full pass that an operator confirms, with ports of its own where some are given. */
  function reconcile(own: Partial<Ports> = {}, options: Partial<Options> = {}): Promise<Summary> {
    return reconcileImages({ ...ports, ...own }, { ...readOptions({ pass: 'full' }), deletes: true, ...options });
  }

  /** One run as the schedule starts it, at this time if one is given. */
  function reconcileBySchedule(at: Date = clock.now, own: Partial<Ports> = {}): Promise<Summary> {
    clock.now = at;
    return reconcileImages({ ...ports, ...own }, readOptions({ confirmDeletions: true }));
  }

  return {
    reconcileBySchedule,
    clock,
    originals,
    table,
    outputs,
    announced,
    kept,
    serving,
    ports,
    record,
    keep,
    settle,
    reconcile,
  };
}

const PAGE = 3;

/** As S3 and DynamoDB list: whatever comes after a key, which need not be there any more. */
function pageOf<Item>(items: Item[], keyOf: (item: Item) => string, after: string | undefined): Page<Item> {
  const rest = items
    .filter((item) => after === undefined || keyOf(item) > after)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const page = rest.slice(0, PAGE);
  const last = page.at(-1);
  return { items: page, ...(rest.length > PAGE && last !== undefined && { next: keyOf(last) }) };
}

function fail(): never {
  throw new Error('the record was just kept');
}
