import { describe, expect, test } from '@jest/globals';

import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { image, createFixture } from './fixture.ts';

describe('poison', () => {
  const crashed = (id: string, by = '7') => ({ id, by, of: 'v1 "killer"', startedAt: '2025-12-31T23:00:00Z' });
  const derive = async () => Promise.reject(new Error('should not be decoded'));

  test('is what two crashes make of an image, in words for a person', async () => {
    const { world, run, record, keep } = createFixture();
    world.upload(image, 'killer');
    keep({ status: 'pending', recipeVersion: 0, openAttempts: [crashed('a'), crashed('b')] });

    const { status, reason } = await run({ derive });

    expect(status).toBe('rejected');
    expect(reason).toMatch(/^poison: the process crashed, or ran out of memory or time, each of the two times/);
    expect(record()).toMatchObject({ poison: true });
    expect(await run({ derive })).toMatchObject({ status: 'unchanged' });
    expect(record()?.openAttempts).toHaveLength(2);
  });

  test.each([
    ['one crash', [crashed('a')]],
    ['crashes of another version of the function', [crashed('a', '6'), crashed('b', '6')]],
    [
      'crashes on another state of the original',
      [
        { ...crashed('a'), of: 'v0 "x"' },
        { ...crashed('b'), of: 'v0 "x"' },
      ],
    ],
    ['attempts that may still be at work', [crashed('a'), { ...crashed('b'), startedAt: '2025-12-31T23:59:40Z' }]],
  ])('is not what %s make of it', async (_, openAttempts) => {
    const { world, run, keep } = createFixture();
    world.upload(image, 'killer');
    keep({ status: 'pending', recipeVersion: 0, openAttempts });

    expect(await run()).toMatchObject({ status: 'ready' });
  });

  test('may be tried again by a new version of the function, but not past a record by a newer recipe', async () => {
    const { world, run, record, keep } = createFixture();
    world.upload(image, 'killer');
    const openAttempts = [crashed('a', '6'), crashed('b', '6')];
    const given: Partial<ImageRecord> = { status: 'rejected', reason: 'poison: …', openAttempts };

    keep({ ...given, recipeVersion: recipes.thumbnails.version + 1 });
    expect(await run({ derive })).toMatchObject({ status: 'unchanged' });
    keep({ ...given, poison: true });
    expect(await run()).toMatchObject({ status: 'ready' });
    expect(record()).not.toHaveProperty('poison');
  });

  test('a poison image of a record without the attribute can be retried as well', async () => {
    const { world, run, keep } = createFixture();
    world.upload(image, 'killer');
    keep({ status: 'rejected', reason: 'poison: …' });
    expect(await run()).toMatchObject({ status: 'ready' });
  });

  test('is forgotten with the original', async () => {
    const { world, run, record, keep } = createFixture();
    keep({ status: 'pending', recipeVersion: 0, openAttempts: [crashed('a'), crashed('b')] });

    expect(await run()).toMatchObject({ status: 'deleted' });
    expect(record()?.openAttempts).toEqual([]);
    world.upload(image, 'killer');
    expect(await run()).toMatchObject({ status: 'ready' });
  });

  test('counts only what was noted: where that is lost to another writer, nothing is decoded before a new look', async () => {
    const { world, run } = createFixture();
    world.upload(image, 'killer');
    const steps: string[] = [];

    await run({
      addOpenAttempt: async (...note) => {
        steps.push('note');
        return steps.length === 1 ? 'lost' : world.note(...note);
      },
      pause: async () => void steps.push('look again'),
      derive: async () => {
        steps.push('decode');
        throw new UnacceptableImageError('broken');
      },
    });

    expect(steps).toEqual(['note', 'look again', 'note', 'decode']);
  });
});
