import { describe, expect, test } from '@jest/globals';

import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { image, createFixture } from './fixture.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';

// One thing at a time, and in words. That it all holds together is what protocol.test.ts is for.

describe('an original', () => {
  test('gets its outputs and a record that tells all there is to tell', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');

    const outcome = await run();

    expect(outcome).toMatchObject({ status: 'ready', outputs: 3, bytesWritten: 15, original: { versionId: 'v1' } });
    expect(record()).toMatchObject({
      ...{
        imageId: imageId(image),
        recipe: 'thumbnails',
        recipeVersion: recipes.thumbnails.version,
        revision: 1,
        status: 'ready',
        owner: 'ann',
      },
      ...{ ...image, versionId: 'v1', eTag: '"good"', size: 4, format: 'png', width: 400, height: 300 },
      ...{ uploadedAt: '2026-01-01T00:00:00.000Z', processedAt: '2026-01-01T00:00:00.000Z', processedBy: '7' },
      openAttempts: [],
    });
    expect(record()?.outputs.map(({ key }) => key)).toEqual([...world.outputs.keys()]);
  });

  test('an upload that is done already costs one read of the record and one of the original', async () => {
    const { world, run } = createFixture();
    world.upload(image, 'good');
    await run();

    const fail = async () => Promise.reject(new Error('should not be asked'));
    const outcome = await run({ readOriginal: fail, writeRecord: fail, addOpenAttempt: fail, deleteOutputs: fail });

    expect(outcome).toMatchObject({ status: 'unchanged', outputs: 0, bytesWritten: 0 });
  });

  test('an overwritten upload gets new outputs, and the old ones are deleted only when new ones replace them', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');
    await run();
    const old = [...world.outputs.keys()];
    world.upload(image, 'other good');

    const seen: (string | undefined)[] = [];
    await run({
      derive: async () => {
        seen.push(record()?.status, ...(record()?.outputs.map(({ key }) => key) ?? []));
        throw new UnacceptableImageError('broken');
      },
    });

    expect(seen).toEqual(['ready', ...old]);
    expect(record()).toMatchObject({ status: 'rejected', outputs: [], revision: 2 });
    expect(world.outputs.size).toBe(0);
  });

  test('an upload that cannot be decoded is rejected with the reason, and that is not an error', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'broken');
    const derive = async () => Promise.reject(new UnacceptableImageError('this is a PDF'));

    expect(await run({ derive })).toMatchObject({ status: 'rejected', reason: 'this is a PDF' });
    expect(record()).toMatchObject({ status: 'rejected', reason: 'this is a PDF', openAttempts: [] });
  });

  test('an upload that is too large is rejected without being read', async () => {
    const { world, run } = createFixture();
    world.upload(image, 'good');
    const size = 25_000_001;

    const outcome = await run({
      headOriginal: async (wanted) => {
        const version = world.head(wanted);
        return version && { ...version, size };
      },
      readOriginal: async () => Promise.reject(new Error('should not be read')),
    });

    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.stringContaining('at most 25 MB') });
  });
});

describe('an original that is gone', () => {
  test('leaves nothing where nothing was known of it', async () => {
    const { run, record } = createFixture();
    expect(await run()).toEqual({ status: 'nothing', outputs: 0, bytesWritten: 0 });
    expect(record()).toBeUndefined();
  });

  test('leaves a tombstone that expires after late events have', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');
    await run();
    world.remove(image);

    expect(await run()).toMatchObject({ status: 'deleted' });
    expect(record()).toMatchObject({ status: 'deleted', revision: 2, outputs: [], versionId: 'v1' });
    expect(new Date((record()?.expiresAt ?? 0) * 1000).toISOString()).toBe('2026-02-05T00:00:00.000Z');
    expect(world.outputs.size).toBe(0);
    expect(await run()).toMatchObject({ status: 'unchanged' });
  });

  test('an upload that returns after its tombstone is recorded without the expiry of the tombstone', async () => {
    const { world, run, record, keep } = createFixture();
    world.upload(image, 'good');
    keep({ status: 'deleted', expiresAt: 1 });

    await run({
      derive: async () => {
        expect(record()).toMatchObject({
          status: 'pending',
          revision: 4,
          openAttempts: [{ id: 'attempt-1', by: '7' }],
        });
        expect(record()).not.toHaveProperty('expiresAt');
        throw new UnacceptableImageError('broken');
      },
    });

    expect.assertions(2);
  });
});
