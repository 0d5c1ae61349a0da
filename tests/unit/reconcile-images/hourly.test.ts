import { describe, expect, test } from '@jest/globals';

import { imageId } from '../../../functions/shared/images/image.ts';
import { bucket, createInMemoryStores, NOW } from './in-memory-stores.ts';

const HOUR = 60 * 60_000;
const at = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR);
const uploaded = (hours: number) => ({ versionId: 'v', eTag: '"n"', size: 1, uploadedAt: at(hours).toISOString() });

/** A stores whose first full pass is over. */
async function settledTown() {
  const stores = createInMemoryStores();
  for (let n = 0; n < 7; n++) stores.settle(`${n}.jpg`);
  await stores.reconcileBySchedule(NOW);
  return stores;
}

type Town = Awaited<ReturnType<typeof settledTown>>;

/** When hourly runs first announce something, in hours; each run is so many minutes later than the hour. */
async function foundAfter(stores: Town, from: number, minutes = 0): Promise<number | undefined> {
  const before = stores.announced.length;
  for (let hour = Math.ceil(from); hour <= from + 26; hour++) {
    await stores.reconcileBySchedule(at(hour + minutes / 60));
    if (stores.announced.length > before) return hour + minutes / 60 - from;
  }
  return undefined;
}

describe('an hourly run', () => {
  test('makes the first pass a full one', async () => {
    const stores = createInMemoryStores();
    stores.settle('0.jpg');

    expect(await stores.reconcileBySchedule()).toMatchObject({ fullPass: 'finished', outputs: 4 });
    expect(await stores.reconcileBySchedule(at(1))).toMatchObject({ fullPass: 'not due', outputs: 0 });
  });

  test.each([0.001, 0.5, 0.74, 0.76, 0.999])(
    'finds a lost creation within 75 minutes: uploaded %d h after a run',
    async (since) => {
      const stores = await settledTown();
      stores.originals.set('3a.jpg', uploaded(since));

      expect(await foundAfter(stores, since)).toBeLessThanOrEqual(1.25);
      expect(stores.announced).toEqual([{ key: '3a.jpg', findings: ['no record', 'no record'] }]);
    },
  );

  test('finds a lost overwrite as soon, however old the image is', async () => {
    const stores = await settledTown();
    stores.originals.set('3.jpg', uploaded(10.3));

    expect(await foundAfter(stores, 10.3)).toBeLessThanOrEqual(1.25);
    expect(stores.announced).toEqual([{ key: '3.jpg', findings: ['another version', 'another version'] }]);
  });

  test('finds what was uploaded while it did not run, or did not come to its end', async () => {
    const stores = await settledTown();
    stores.originals.set('0a.jpg', uploaded(0.5));
    stores.originals.set('6a.jpg', uploaded(0.6));
    let pages = 0;

    const cut = await stores.reconcileBySchedule(at(5), { isTimeUp: () => ++pages > 1 });
    expect(cut).toMatchObject({ ending: 'out of time', fullPass: 'in progress' });
    expect(stores.announced.map(({ key }) => key)).toEqual(['0a.jpg']);
    await stores.reconcileBySchedule(at(6));
    expect(stores.announced.map(({ key }) => key)).toEqual(['0a.jpg', '6a.jpg']);
  });

  test('announces an image without an outcome again every hour, for a week, and then every day', async () => {
    const stores = await settledTown();
    const image = { bucket, key: 'stuck.jpg' };
    stores.originals.set(image.key, uploaded(0.5));
    for (const recipe of ['thumbnails', 'renditions'] as const) {
      const one = stores.record('0.jpg', recipe);
      if (one)
        stores.keep({ ...one, ...image, imageId: imageId(image), status: 'pending', recipeVersion: 0, outputs: [] });
    }

    for (let hour = 1; hour <= 7 * 24; hour++) {
      await stores.reconcileBySchedule(at(hour));
      expect(stores.announced).toHaveLength(hour);
    }
    const [week, before] = [7 * 24, stores.announced.length];
    for (let hour = week + 1; hour <= week + 48; hour++) await stores.reconcileBySchedule(at(hour));
    expect(stores.announced.length - before).toBeLessThanOrEqual(3);
    expect(stores.announced.length - before).toBeGreaterThanOrEqual(2);
  });

  test.each([0.2, 0.99, 12.5, 23.9])(
    'finds a lost deletion within 25 hours: deleted %d h after a full pass',
    async (since) => {
      const stores = await settledTown();
      for (let hour = 1; hour <= since; hour++) await stores.reconcileBySchedule(at(hour));
      stores.originals.delete('3.jpg');

      expect(await foundAfter(stores, since)).toBeLessThanOrEqual(25);
      expect(stores.announced[0]).toEqual({ key: '3.jpg', findings: ['original gone'] });
    },
  );

  test('finds lost outputs within 25 hours, be it one or all of an image', async () => {
    for (const all of [false, true]) {
      const stores = await settledTown();
      const outputs = stores.record('3.jpg')?.outputs ?? [];
      for (const { key } of all ? outputs : outputs.slice(1)) stores.outputs.delete(key);

      expect(await foundAfter(stores, 0.2)).toBeLessThanOrEqual(25);
      expect(stores.announced[0]).toEqual({ key: '3.jpg', findings: ['missing outputs'] });
    }
  });

  test('begins a full pass once a day has passed, even if most runs were missed', async () => {
    const stores = await settledTown();

    expect(await stores.reconcileBySchedule(at(20))).toMatchObject({ fullPass: 'not due' });
    expect(await stores.reconcileBySchedule(at(24))).toMatchObject({ fullPass: 'finished' });
  });

  test('begins one with every 24th run, also where hours go by faster than they do', async () => {
    const stores = await settledTown();
    const passes: number[] = [];
    for (let run = 1; run <= 48; run++) {
      if ((await stores.reconcileBySchedule(at(run / 60))).fullPass === 'finished') passes.push(run);
    }
    expect(passes).toEqual([24, 48]);
  });

  test('continues a full pass that an earlier run left, after the recent uploads', async () => {
    const stores = createInMemoryStores();
    for (let n = 0; n < 7; n++) stores.settle(`${n}.jpg`);
    let pages = 0;
    const cut = await stores.reconcileBySchedule(NOW, { isTimeUp: () => ++pages > 3 });
    expect(cut).toMatchObject({ ending: 'out of time', fullPass: 'in progress' });
    const place = stores.kept.cursor;
    stores.originals.set('0a.jpg', uploaded(0.5));

    expect(await stores.reconcileBySchedule(at(1))).toMatchObject({ fullPass: 'finished', announced: 1 });
    expect(place?.phase).not.toBe('waiting');
    expect(stores.kept.cursor?.startedAt).toBe(place?.startedAt);
  });

  test('fails in every attempt at one event if a full pass could not read something, and does not fail the next hour', async () => {
    const stores = createInMemoryStores();
    stores.settle('a.jpg');
    const refuses = { hasOutput: async () => Promise.reject(new Error('forbidden')) };

    expect(await stores.reconcileBySchedule(NOW, { ...refuses, invocationId: 'r-1' })).toMatchObject({ failed: 4 });
    const again = await stores.reconcileBySchedule(NOW, { ...refuses, invocationId: 'r-1' });
    expect(again).toMatchObject({ fullPass: 'not due', failed: 1 });
    expect(again.firstFailure).toMatch(/^4 failed, the first: thumbnails\/.*forbidden/u);
    expect(await stores.reconcileBySchedule(at(1), { ...refuses, invocationId: 'r-2' })).toMatchObject({ failed: 0 });
  });
});
