import { describe, expect, test } from '@jest/globals';

import { ImplausibleListingError } from '../../../functions/reconcile-images/plausible.ts';
import type { Ports } from '../../../functions/reconcile-images/ports.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { createInMemoryStores, LONG_AGO, NOW } from './in-memory-stores.ts';

function townOf(images: number) {
  const stores = createInMemoryStores();
  for (let n = 0; n < images; n++) stores.settle(`${String(n).padStart(4, '0')}.jpg`);
  return stores;
}

/** A stores of originals that have no records. */
function newTown(images: number) {
  const stores = createInMemoryStores();
  for (let n = 0; n < images; n++) stores.originals.set(`${n}.jpg`, { eTag: '"n"', size: 1, uploadedAt: LONG_AGO });
  return stores;
}

describe('a run', () => {
  test('stops when its time is up, and the next goes on from there', async () => {
    const stores = newTown(7);
    const isTimeUp = () => true;

    for (const announced of [3, 6, 7]) {
      expect(await stores.reconcile({ isTimeUp })).toMatchObject({ ending: 'out of time' });
      expect(stores.announced).toHaveLength(announced);
    }
  });

  test('a run continues where a killed run saved its cursor', async () => {
    const stores = newTown(7);
    const dies = { listOriginals: async () => Promise.reject(new Error('killed')) };

    await expect(stores.reconcile(dies)).rejects.toThrow('killed');
    await stores.reconcile({ isTimeUp: () => true });
    await expect(stores.reconcile(dies)).rejects.toThrow('killed');

    expect(stores.announced).toHaveLength(3);
    expect(stores.kept.cursor).toEqual({
      ...{ phase: 'originals', after: '2.jpg', revision: 1 },
      ...{ startedAt: NOW.toISOString(), runs: 0, pendingSince: LONG_AGO },
    });
  });

  test('looks at everything but what fails for ever, says what that was, and looks at it again next time', async () => {
    const stores = newTown(5);
    for (const key of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) stores.settle(key);
    stores.outputs.set(`thumbnails/${'0'.repeat(64)}/forgotten/128.webp`, { lastModified: LONG_AGO });
    // Its time does not match: only HeadObject can tell whether it is the same.
    stores.settle('b.jpg', { uploadedAt: '2026-04-01T00:00:00.000Z' });
    const unreadable = imageId({ bucket: 'uploads', key: '1.jpg' });
    const refuses: Partial<Ports> = {
      headOriginal: async (image) => {
        if (image.key === 'b.jpg') throw new Error('encrypted with a key that only its uploader has');
        return stores.ports.headOriginal(image);
      },
      readRecords: async (keys) => {
        if (keys.some((key) => key.imageId === unreadable)) throw new Error('unreadable');
        return stores.ports.readRecords(keys);
      },
      readRecord: async (id, recipe) => {
        if (id === unreadable) throw new Error('unreadable');
        return stores.ports.readRecord(id, recipe);
      },
    };

    const summary = await stores.reconcile(refuses);

    // Both records of one image, and the original of another.
    expect(summary).toMatchObject({ ending: 'finished', failed: 3 });
    expect(summary.firstFailure).toBe(`thumbnails/${unreadable}: Error: unreadable`);
    expect(summary).toMatchObject({ announced: 4, records: 8, deleted: 1 });
    expect(await stores.reconcile()).toMatchObject({ ending: 'finished', failed: 0, announced: 5 });
  });

  test('a run that cannot read which version is live takes no version for rolled back, and repairs the rest', async () => {
    const stores = newTown(2);
    stores.settle('by-2.jpg', { processedBy: '2' });
    const throttled = { servingVersion: async () => Promise.reject(new Error('Rate exceeded')) };

    expect(await stores.reconcile(throttled)).toMatchObject({
      ...{ ending: 'finished', announced: 2, marked: 0, failed: 2 },
      firstFailure: 'the live version of thumbnails: Error: Rate exceeded',
    });
    expect(await stores.reconcile()).toMatchObject({ announced: 3, marked: 1 });
  });

  test('announces no more than a thousand images, or a page more', async () => {
    const stores = newTown(1_100);

    expect(await stores.reconcile()).toMatchObject({ ending: 'enough announced' });
    expect(stores.announced.length).toBeGreaterThanOrEqual(1_000);
    expect(stores.announced.length).toBeLessThan(1_010);
    expect(await stores.reconcile()).toMatchObject({ ending: 'finished' });
    expect(stores.announced).toHaveLength(1_100);
  });

  test('gives way to another one that has moved on', async () => {
    const stores = townOf(9);

    const endings = (await Promise.all([stores.reconcile(), stores.reconcile()])).map(({ ending }) => ending);

    expect(endings.sort()).toEqual(['another run is at work', 'finished']);
  });
});

describe('what cannot be true stops a run before it acts on it', () => {
  test('a bucket that lists nothing while many records speak of images in it', async () => {
    const stores = townOf(20);
    stores.originals.clear();
    // Three records a page: fewer than it takes to doubt.
    const all = { scanRecords: async () => ({ items: [...stores.table.values()] }) };

    await expect(stores.reconcile(all)).rejects.toThrow(ImplausibleListingError);
    await expect(stores.reconcile(all)).rejects.toThrow(/^uploads lists nothing, and yet at least 40 records/);
    expect(stores.announced).toEqual([]);
    expect(await stores.reconcile(all, { evenIfImplausible: true })).toMatchObject({ gone: 40 });
  });

  test('more than a fifth of the originals gone', async () => {
    const stores = townOf(100);
    for (const key of [...stores.originals.keys()].slice(0, 99)) stores.originals.delete(key);

    await expect(stores.reconcile()).rejects.toThrow(/records are of originals that are gone from uploads/);
    expect(stores.announced.length).toBeLessThanOrEqual(51);
  });

  test('more than a fifth of the outputs named by no record, as after the loss of the table', async () => {
    const stores = townOf(100);
    stores.table.clear();

    await expect(stores.reconcile()).rejects.toThrow(/listed outputs are named by no record/);
    expect(stores.outputs.size).toBeGreaterThanOrEqual(400 - 50);
  });

  test('the run after an implausible listing starts again, so that everything else is repaired', async () => {
    const stores = townOf(100);
    stores.table.clear();

    await expect(stores.reconcile()).rejects.toThrow(ImplausibleListingError);
    expect(stores.kept.cursor).toMatchObject({ phase: 'originals' });
    expect(stores.kept.cursor).not.toHaveProperty('after');
    expect(stores.announced).toHaveLength(100);
  });
});
