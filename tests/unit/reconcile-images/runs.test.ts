import { describe, expect, test } from '@jest/globals';

import { ImplausibleListingError } from '../../../functions/reconcile-images/plausible.ts';
import type { Ports } from '../../../functions/reconcile-images/ports.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { createTown, LONG_AGO, NOW } from './in-memory-stores.ts';

function townOf(images: number) {
  const town = createTown();
  for (let n = 0; n < images; n++) town.settle(`${String(n).padStart(4, '0')}.jpg`);
  return town;
}

/** A town of originals that have no records. */
function newTown(images: number) {
  const town = createTown();
  for (let n = 0; n < images; n++) town.originals.set(`${n}.jpg`, { eTag: '"n"', size: 1, uploadedAt: LONG_AGO });
  return town;
}

describe('a run', () => {
  test('stops when its time is up, and the next goes on from there', async () => {
    const town = newTown(7);
    const isTimeUp = () => true;

    for (const announced of [3, 6, 7]) {
      expect(await town.reconcile({ isTimeUp })).toMatchObject({ ending: 'out of time' });
      expect(town.announced).toHaveLength(announced);
    }
  });

  test('that dies goes on where it had written down that it was', async () => {
    const town = newTown(7);
    const dies = { listOriginals: async () => Promise.reject(new Error('killed')) };

    await expect(town.reconcile(dies)).rejects.toThrow('killed');
    await town.reconcile({ isTimeUp: () => true });
    await expect(town.reconcile(dies)).rejects.toThrow('killed');

    expect(town.announced).toHaveLength(3);
    expect(town.kept.cursor).toEqual({
      ...{ phase: 'originals', after: '2.jpg', revision: 1 },
      ...{ startedAt: NOW.toISOString(), runs: 0, pendingSince: LONG_AGO },
    });
  });

  test('looks at everything but what fails for ever, says what that was, and looks at it again next time', async () => {
    const town = newTown(5);
    for (const key of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']) town.settle(key);
    town.outputs.set(`thumbnails/${'0'.repeat(64)}/forgotten/128.webp`, { lastModified: LONG_AGO });
    // Its time does not match: only HeadObject can tell whether it is the same.
    town.settle('b.jpg', { uploadedAt: '2026-04-01T00:00:00.000Z' });
    const unreadable = imageId({ bucket: 'uploads', key: '1.jpg' });
    const refuses: Partial<Ports> = {
      headOriginal: async (image) => {
        if (image.key === 'b.jpg') throw new Error('encrypted with a key that only its uploader has');
        return town.ports.headOriginal(image);
      },
      readRecords: async (keys) => {
        if (keys.some((key) => key.imageId === unreadable)) throw new Error('unreadable');
        return town.ports.readRecords(keys);
      },
      readRecord: async (id, recipe) => {
        if (id === unreadable) throw new Error('unreadable');
        return town.ports.readRecord(id, recipe);
      },
    };

    const summary = await town.reconcile(refuses);

    // Both records of one image, and the original of another.
    expect(summary).toMatchObject({ ending: 'finished', failed: 3 });
    expect(summary.firstFailure).toBe(`thumbnails/${unreadable}: Error: unreadable`);
    expect(summary).toMatchObject({ announced: 4, records: 8, deleted: 1 });
    expect(await town.reconcile()).toMatchObject({ ending: 'finished', failed: 0, announced: 5 });
  });

  test('that cannot learn which version serves takes nothing for withdrawn, and repairs the rest', async () => {
    const town = newTown(2);
    town.settle('by-2.jpg', { processedBy: '2' });
    const throttled = { servingVersion: async () => Promise.reject(new Error('Rate exceeded')) };

    expect(await town.reconcile(throttled)).toMatchObject({
      ...{ ending: 'finished', announced: 2, marked: 0, failed: 2 },
      firstFailure: 'the live version of thumbnails: Error: Rate exceeded',
    });
    expect(await town.reconcile()).toMatchObject({ announced: 3, marked: 1 });
  });

  test('announces no more than a thousand images, or a page more', async () => {
    const town = newTown(1_100);

    expect(await town.reconcile()).toMatchObject({ ending: 'enough announced' });
    expect(town.announced.length).toBeGreaterThanOrEqual(1_000);
    expect(town.announced.length).toBeLessThan(1_010);
    expect(await town.reconcile()).toMatchObject({ ending: 'finished' });
    expect(town.announced).toHaveLength(1_100);
  });

  test('gives way to another one that has moved on', async () => {
    const town = townOf(9);

    const endings = (await Promise.all([town.reconcile(), town.reconcile()])).map(({ ending }) => ending);

    expect(endings.sort()).toEqual(['another run is at work', 'finished']);
  });
});

describe('what cannot be true stops a run before it acts on it', () => {
  test('a bucket that lists nothing while many records speak of images in it', async () => {
    const town = townOf(20);
    town.originals.clear();
    // Three records a page: fewer than it takes to doubt.
    const all = { scanRecords: async () => ({ items: [...town.table.values()] }) };

    await expect(town.reconcile(all)).rejects.toThrow(ImplausibleListingError);
    await expect(town.reconcile(all)).rejects.toThrow(/^uploads lists nothing, and yet at least 40 records/);
    expect(town.announced).toEqual([]);
    expect(await town.reconcile(all, { evenIfImplausible: true })).toMatchObject({ gone: 40 });
  });

  test('more than a fifth of the originals gone', async () => {
    const town = townOf(100);
    for (const key of [...town.originals.keys()].slice(0, 99)) town.originals.delete(key);

    await expect(town.reconcile()).rejects.toThrow(/records are of originals that are gone from uploads/);
    expect(town.announced.length).toBeLessThanOrEqual(51);
  });

  test('more than a fifth of the outputs named by no record, as after the loss of the table', async () => {
    const town = townOf(100);
    town.table.clear();

    await expect(town.reconcile()).rejects.toThrow(/listed outputs are named by no record/);
    expect(town.outputs.size).toBeGreaterThanOrEqual(400 - 50);
  });

  test('and the next run begins anew, so that everything else is repaired all the same', async () => {
    const town = townOf(100);
    town.table.clear();

    await expect(town.reconcile()).rejects.toThrow(ImplausibleListingError);
    expect(town.kept.cursor).toMatchObject({ phase: 'originals' });
    expect(town.kept.cursor).not.toHaveProperty('after');
    expect(town.announced).toHaveLength(100);
  });
});
