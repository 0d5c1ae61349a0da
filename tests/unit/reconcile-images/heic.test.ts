import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { bringUpToDate } from '../../../functions/shared/bring-up-to-date/bring-up-to-date.ts';
import { featuresOf } from '../../../functions/shared/images/features.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import { derive } from '../../../functions/shared/imaging/derive.ts';
import { decodeHeic } from '../../../functions/shared/imaging/heic/decoder.ts';
import { bucket, createInMemoryStores, LONG_AGO, NOW } from './in-memory-stores.ts';

const file = readFileSync(join(import.meta.dirname, '../../fixtures/heic/orientation-6.heic'));
const photo = { bucket, key: 'photo.heic' };
const names = ['thumbnails', 'renditions'] as const;

/** The functions over a stores's table and buckets, in one version, with HEIC switched on or off, and recipes that were raised or not. */
function functionsOf(
  stores: ReturnType<typeof createInMemoryStores>,
  version: number,
  heic: 'on' | 'off',
  own = recipes,
) {
  const decoding = heic === 'on' ? { decodeHeic } : {};
  const { readRecord, writeRecord, headOriginal, deleteOutputs } = stores.ports;
  const ports = {
    ...{ readRecord, writeRecord, headOriginal, deleteOutputs },
    addOpenAttempt: async () => 'written' as const,
    removeOpenAttempt: async () => undefined,
    saveLastError: async () => undefined,
    readOriginal: async () => file,
    derive: (original: Uint8Array, recipe: (typeof recipes)['thumbnails']) => derive(original, recipe, decoding),
    putOutput: async (key: string) => void stores.outputs.set(key, { lastModified: NOW.toISOString() }),
    now: () => new Date(LONG_AGO),
    newAttemptId: () => `of-${version}`,
    pause: async () => undefined,
  };
  const worker = { version: String(version), timeoutMs: 30_000, deadline: new AbortController().signal };
  return async () => {
    stores.serving.thumbnails = stores.serving.renditions = version;
    for (const name of names) await bringUpToDate(ports, worker, photo, own[name]);
  };
}

function statusesIn(stores: ReturnType<typeof createInMemoryStores>) {
  return names.map((name) => stores.record(photo.key, name)?.status);
}

async function rejectedWhileOff() {
  const stores = createInMemoryStores();
  stores.originals.set(photo.key, { versionId: 'v', eTag: '"abc"', size: file.length, uploadedAt: LONG_AGO });
  await functionsOf(stores, 1, 'off')();
  return stores;
}

test('a HEIC that was rejected while Heic was off becomes ready once it is on, after reconciliation', async () => {
  const stores = await rejectedWhileOff();
  expect(statusesIn(stores)).toEqual(['rejected', 'rejected']);
  expect(stores.record(photo.key)).toMatchObject({ needs: 'heic', reason: expect.stringMatching(/HEIC/u) as unknown });

  const bring = functionsOf(stores, 2, 'on');
  await bring();
  // A delivery that comes again finds it decided; it takes the reconciliation.
  expect(statusesIn(stores)).toEqual(['rejected', 'rejected']);
  await stores.reconcile();
  expect(stores.announced).toEqual([{ key: photo.key, findings: ['can be read now', 'can be read now'] }]);
  await bring();
  expect(statusesIn(stores)).toEqual(['ready', 'ready']);
  expect(stores.record(photo.key)).not.toHaveProperty('needs');

  await stores.reconcile();
  expect(stores.announced).toHaveLength(1);
});

test('it stays rejected while Heic is off', async () => {
  const stores = await rejectedWhileOff();
  stores.serving.thumbnails = stores.serving.renditions = 2;
  await stores.reconcile({ features: featuresOf({ HEIC: 'off' }) });
  expect(stores.announced).toEqual([]);
});

test.each([
  ['as long as the version that rejected it is live: hour after hour, it would do so again', 1],
  ['as long as two versions share the traffic', undefined],
])('it stays rejected %s', async (_why, serving) => {
  const stores = await rejectedWhileOff();
  if (serving === undefined) {
    delete stores.serving.thumbnails;
    delete stores.serving.renditions;
  }
  await stores.reconcile();
  expect(stores.announced).toEqual([]);
});

test('an image that was rejected for another reason is not tried again', async () => {
  const stores = createInMemoryStores();
  stores.settle('cut.jpg', { status: 'rejected', reason: 'the JPEG file is damaged', outputs: [], processedBy: '1' });
  stores.serving.thumbnails = stores.serving.renditions = 2;
  await stores.reconcile();
  expect(stores.announced).toEqual([]);
});

test('whatever the reason was, a file that was rejected by an older recipe becomes ready after reconciliation', async () => {
  const stores = createInMemoryStores();
  // As a release wrote it that did not know such files: nothing says what would be needed.
  stores.settle(photo.key, { status: 'rejected', reason: 'the file is damaged', outputs: [] });
  const raised = Object.fromEntries(
    Object.entries(recipes).map(([name, recipe]) => [name, { ...recipe, version: recipe.version + 1 }]),
  ) as typeof recipes;
  const bring = functionsOf(stores, 2, 'on', raised);
  stores.serving.thumbnails = stores.serving.renditions = 2;
  await stores.reconcile({ recipes: Object.values(raised) });
  expect(stores.announced).toEqual([{ key: photo.key, findings: ['older recipe', 'older recipe'] }]);
  await bring();
  expect(statusesIn(stores)).toEqual(['ready', 'ready']);
  expect(stores.record(photo.key)).toMatchObject({ recipeVersion: raised.thumbnails.version, format: 'heic' });
  await stores.reconcile({ recipes: Object.values(raised) });
  expect(stores.announced).toHaveLength(1);
});

test('HEIC is on or off, and nothing else', () => {
  expect(() => featuresOf({ HEIC: 'true' })).toThrow('HEIC must be on or off');
});
