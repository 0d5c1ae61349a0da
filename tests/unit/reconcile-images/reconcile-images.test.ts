import { describe, expect, test } from '@jest/globals';

import { imageId } from '../../../functions/shared/images/image.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { bucket, createInMemoryStores, JUST_NOW, LONG_AGO, NOW } from './in-memory-stores.ts';

test('changes nothing where everything is up to date', async () => {
  const stores = createInMemoryStores();
  for (let n = 0; n < 10; n++) stores.settle(`${n}.jpg`);
  const before = new Map(stores.table);

  const summary = await stores.reconcile();

  expect(summary).toEqual({
    ...{ ending: 'finished', fullPass: 'finished', originals: 10, records: 20, outputs: 40 },
    ...{ announced: 0, gone: 0, marked: 0, deleted: 0, unconfirmed: 0, failed: 0 },
  });
  expect(stores.announced).toEqual([]);
  expect(stores.table).toEqual(before);
  expect(stores.outputs.size).toBe(40);
});

describe('originals', () => {
  test('without records are announced, once for both recipes', async () => {
    const stores = createInMemoryStores();
    stores.originals.set('new.jpg', { eTag: '"n"', size: 1, uploadedAt: LONG_AGO });

    await stores.reconcile();

    expect(stores.announced).toEqual([{ key: 'new.jpg', findings: ['no record', 'no record'] }]);
  });

  test('are left alone while their events are probably on their way, unless there is no time to wait', async () => {
    const stores = createInMemoryStores();
    stores.originals.set('new.jpg', { eTag: '"n"', size: 1, uploadedAt: JUST_NOW });

    expect(await stores.reconcile()).toMatchObject({ announced: 0 });
    expect(await stores.reconcile({}, { graceMs: 0 })).toMatchObject({ announced: 1 });
  });

  test('originals that exist again although there is a tombstone are republished', async () => {
    const stores = createInMemoryStores();
    stores.settle('back.jpg', { status: 'deleted', outputs: [] });

    await stores.reconcile();

    expect(stores.announced).toEqual([{ key: 'back.jpg', findings: ['no record'] }]);
  });

  test('whose records are stuck without an outcome are announced, but not while one is at work on them', async () => {
    const stores = createInMemoryStores();
    stores.settle('stuck.jpg', { status: 'pending', outputs: [], recipeVersion: 0 });
    stores.settle('in-work.jpg', { status: 'pending', outputs: [], recipeVersion: 0, processedAt: JUST_NOW });

    await stores.reconcile();

    expect(stores.announced).toEqual([{ key: 'stuck.jpg', findings: ['no outcome yet'] }]);
  });

  test('whose records speak of another version are announced, even if the bytes are the same', async () => {
    const stores = createInMemoryStores();
    stores.settle('other.jpg', { eTag: '"old"' });
    stores.settle('same-bytes.jpg', { versionId: 'v-before', uploadedAt: '2026-04-01T00:00:00.000Z' });

    await stores.reconcile();

    expect(stores.announced).toEqual([
      { key: 'other.jpg', findings: ['another version'] },
      { key: 'same-bytes.jpg', findings: ['another version'] },
    ]);
  });

  test('originals that only seem younger than their records are not republished: the version decides', async () => {
    const stores = createInMemoryStores();
    stores.settle('a.jpg', { uploadedAt: '2026-04-01T00:00:00.000Z' });

    expect(await stores.reconcile()).toMatchObject({ announced: 0 });
  });

  test('originals that every run republishes lose their orphans all the same', async () => {
    const stores = createInMemoryStores();
    const { imageId: id } = stores.settle('old.jpg', { recipeVersion: 0.5, processedBy: '0' });
    const orphan = `thumbnails/${id}/an-attempt-that-died/128.webp`;
    stores.outputs.set(orphan, { lastModified: LONG_AGO });
    expect(await stores.reconcile()).toMatchObject({ announced: 1, deleted: 1 });
    expect(stores.outputs.has(orphan)).toBe(false);
  });

  test('with outputs of an older recipe are marked stale, keep their outputs, and are announced until they are made again', async () => {
    const stores = createInMemoryStores();
    stores.serving.thumbnails = 2;
    const before = stores.settle('old.jpg', { recipeVersion: 0.5 });

    expect(await stores.reconcile()).toMatchObject({ marked: 1, announced: 1 });
    expect(stores.record('old.jpg')).toEqual({ ...before, recipeVersion: 0, revision: 2 });
    expect(await stores.reconcile()).toMatchObject({ marked: 0, announced: 1, deleted: 0 });
    expect(stores.announced.map(({ findings }) => findings)).toEqual([['older recipe'], ['marked stale']]);
  });

  test('with outputs of an older recipe that the serving version made are left alone: it would make the same again', async () => {
    const stores = createInMemoryStores();
    stores.serving.thumbnails = 7;
    stores.settle('by-7.jpg', { recipeVersion: 0.5, processedBy: '7' });
    stores.settle('by-6.jpg', { recipeVersion: 0.5, processedBy: '6' });

    expect(await stores.reconcile()).toMatchObject({ marked: 1, announced: 1 });
    expect(stores.announced).toEqual([{ key: 'by-6.jpg', findings: ['older recipe'] }]);
  });

  test('originals processed by a version that is no longer live are marked stale and reprocessed', async () => {
    const stores = createInMemoryStores();
    stores.serving.thumbnails = 9;
    const before = stores.settle('by-10.jpg', { processedBy: '10' });
    stores.settle('rejected-by-12.jpg', { processedBy: '12', status: 'rejected', outputs: [] });
    stores.settle('by-9.jpg', { processedBy: '9' });
    stores.settle('by-nobody-we-know.jpg', { processedBy: '$LATEST' });

    await stores.reconcile();

    expect(stores.announced).toEqual([
      { key: 'by-10.jpg', findings: ['withdrawn version'] },
      { key: 'rejected-by-12.jpg', findings: ['withdrawn version'] },
    ]);
    expect(stores.record('by-10.jpg')).toEqual({ ...before, recipeVersion: 0, revision: 2 });
    expect(stores.record('by-10.jpg', 'renditions')).toMatchObject({ recipeVersion: recipes.renditions.version });
  });

  test('originals processed by a version that is live, alone or not, are left unchanged', async () => {
    const stores = createInMemoryStores();
    stores.settle('by-2.jpg', { processedBy: '2' });
    delete stores.serving.thumbnails;

    expect(await stores.reconcile()).toMatchObject({ announced: 0, marked: 0 });
    stores.serving.thumbnails = 2;
    expect(await stores.reconcile()).toMatchObject({ announced: 0, marked: 0 });
  });

  test('originals that a rolled-back version just processed are left to repair-after-rollback', async () => {
    const stores = createInMemoryStores();
    stores.settle('by-2.jpg', { processedBy: '2', processedAt: JUST_NOW });

    expect(await stores.reconcile()).toMatchObject({ announced: 0 });
    expect(await stores.reconcile({}, { graceMs: 0 })).toMatchObject({ announced: 1 });
  });

  test('originals that crash the function are republished once after its next release, and then no more', async () => {
    const stores = createInMemoryStores();
    const rejected: Partial<ImageRecord> = { status: 'rejected', outputs: [] };
    const killer = stores.settle('killer.jpg', { ...rejected, reason: 'poison: …', poison: true, processedBy: '9' });
    stores.settle('broken.jpg', { ...rejected, reason: 'it is broken' });
    stores.serving.thumbnails = 9;

    expect(await stores.reconcile()).toMatchObject({ announced: 0 });
    stores.serving.thumbnails = 10;
    await stores.reconcile();
    // The use case tries again unasked: there is nothing to mark.
    expect(stores.announced).toEqual([{ key: 'killer.jpg', findings: ['worth another try'] }]);
    expect(stores.record('killer.jpg')).toEqual(killer);
    stores.keep({ ...killer, processedBy: '10', revision: 3 });
    expect(await stores.reconcile()).toMatchObject({ announced: 0 });
    // Or it had crashed the new version before the old one gave it up.
    stores.keep({ ...killer, openAttempts: [{ id: 'a', startedAt: LONG_AGO, by: '10', of: 'v "abc"' }] });
    expect(await stores.reconcile()).toMatchObject({ announced: 0 });
  });

  test('whose record somebody else writes in this moment are theirs', async () => {
    const stores = createInMemoryStores();
    stores.serving.thumbnails = 2;
    stores.settle('old.jpg', { recipeVersion: 0.5 });

    const summary = await stores.reconcile({ writeRecord: async () => 'lost' });

    expect(summary).toMatchObject({ marked: 0, announced: 0 });
  });
});

describe('outputs', () => {
  test.each([
    ['the first', 0],
    ['any', 1],
  ])('that are named but missing are made again: %s', async (_, index) => {
    const stores = createInMemoryStores();
    const { outputs } = stores.settle('cat.jpg');
    stores.outputs.delete(outputs[index]?.key ?? '');

    await stores.reconcile();

    expect(stores.announced).toEqual([{ key: 'cat.jpg', findings: ['missing outputs'] }]);
    expect(stores.record('cat.jpg')).toMatchObject({ status: 'ready', recipeVersion: 0, revision: 2, outputs });
  });

  test('outputs of images in other buckets are left to the owners of those buckets', async () => {
    const stores = createInMemoryStores();
    const { outputs, imageId: id } = stores.settle('golden.jpg', { bucket: 'verification' });
    stores.originals.delete('golden.jpg');
    stores.table.delete(`${id} renditions`);
    stores.outputs.delete(outputs[1]?.key ?? '');

    expect(await stores.reconcile({ listOriginals: async () => ({ items: [] }) })).toMatchObject({
      marked: 0,
      announced: 0,
    });
  });

  test('outputs that no record names are deleted after an hour, and no sooner', async () => {
    const stores = createInMemoryStores();
    stores.settle('cat.jpg');
    const folder = `thumbnails/${imageId({ bucket, key: 'cat.jpg' })}`;
    const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();
    stores.outputs.set(`${folder}/crashed/128.webp`, { lastModified: minutesAgo(61) });
    stores.outputs.set(`${folder}/at-work/128.webp`, { lastModified: minutesAgo(59) });
    stores.outputs.set(`renditions/${'0'.repeat(64)}/forgotten/1280.avif`, { lastModified: LONG_AGO });

    expect(await stores.reconcile()).toMatchObject({ deleted: 2, announced: 0 });
    expect([...stores.outputs.keys()].filter((key) => !key.includes('/first/'))).toEqual([
      `${folder}/at-work/128.webp`,
    ]);
    expect(stores.outputs.size).toBe(5);
  });

  test('outputs that a record names in the meantime are not deleted', async () => {
    const stores = createInMemoryStores();
    const record = stores.settle('cat.jpg');
    const key = `thumbnails/${record.imageId}/second/128.webp`;
    stores.outputs.set(key, { lastModified: LONG_AGO });
    let reads = 0;

    await stores.reconcile({
      readRecord: async (id, recipe) => {
        // Named by the time it is read again.
        if (recipe === 'thumbnails' && ++reads > 0) {
          return { ...record, outputs: [{ key, width: 128, height: 96, format: 'webp', bytes: 9 }] };
        }
        return stores.ports.readRecord(id, recipe);
      },
    });

    expect(stores.outputs.has(key)).toBe(true);
  });

  test('outputs that no record names are only counted if the schedule has not confirmed their deletion', async () => {
    const stores = createInMemoryStores();
    stores.outputs.set(`thumbnails/${'0'.repeat(64)}/forgotten/128.webp`, { lastModified: LONG_AGO });

    expect(await stores.reconcile({}, { deletes: false })).toMatchObject({ deleted: 0, unconfirmed: 1 });
    expect(stores.outputs.size).toBe(1);
    expect(await stores.reconcileBySchedule()).toMatchObject({ fullPass: 'not due', deleted: 0 });
    expect(await stores.reconcile()).toMatchObject({ deleted: 1, unconfirmed: 0 });
  });

  test('objects that are not outputs are left alone', async () => {
    const stores = createInMemoryStores();
    stores.outputs.set('site/index.html', { lastModified: LONG_AGO });

    await stores.reconcile();

    expect(stores.outputs.size).toBe(1);
  });
});

describe('records', () => {
  test('records of originals that are gone are republished, and nothing is deleted for them here', async () => {
    const stores = createInMemoryStores();
    stores.settle('here.jpg');
    stores.settle('gone.jpg');
    stores.originals.delete('gone.jpg');

    const summary = await stores.reconcile();

    expect(stores.announced.every(({ key, findings }) => key === 'gone.jpg' && findings[0] === 'original gone')).toBe(
      true,
    );
    expect(summary.gone).toBeGreaterThan(0);
    expect(stores.outputs.size).toBe(8);
  });

  test('records of originals that the same run listed cause no further requests', async () => {
    const stores = createInMemoryStores();
    for (let n = 0; n < 9; n++) stores.settle(`${n}.jpg`);
    const headOriginal = async () => Promise.reject(new Error('not needed'));

    expect(await stores.reconcile({ headOriginal })).toMatchObject({ ending: 'finished', failed: 0, records: 18 });
  });

  test('records of other buckets and tombstones are ignored', async () => {
    const stores = createInMemoryStores();
    stores.settle('a.jpg', { bucket: 'elsewhere' });
    stores.settle('b.jpg', { status: 'deleted', outputs: [] });
    const asked: string[] = [];

    await stores.reconcile({
      listOriginals: async () => ({ items: [{ key: 'x', eTag: '', lastModified: JUST_NOW }] }),
      headOriginal: async ({ bucket: name, key }) => {
        asked.push(`${name}/${key}`);
        return stores.ports.headOriginal({ bucket: name, key });
      },
    });

    expect(asked.sort()).toEqual(['uploads/a.jpg', 'uploads/b.jpg']);
  });
});
