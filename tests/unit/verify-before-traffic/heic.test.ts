import { expect, test } from '@jest/globals';

import { derive } from '../../../functions/shared/imaging/derive.ts';
import { goldenPictures } from '../../../functions/verify-before-traffic/golden.ts';
import { createInMemoryRelease } from './in-memory-release.ts';

const given = goldenPictures.filter(({ name }) => /^(orientation-1\.jpg|turned\.heic)$/u.test(name));
const withoutHeic = { derive };

test.each(['thumbnails', 'renditions'] as const)('a version that reads HEIC may serve: %s', async (recipe) => {
  expect(await createInMemoryRelease({ recipe, given, heic: 'on' }).verify()).toMatchObject({ failures: [] });
});

test('a version that does not read HEIC is refused, where the parameter Heic is on', async () => {
  const { failures } = await createInMemoryRelease({ given, heic: 'on', fresh: withoutHeic }).verify();
  expect(failures.join()).toMatch(/turned\.heic: it is rejected, not ready/u);
});

test('with Heic off, a version that rejects HEIC may go live, and one that reads it may not', async () => {
  expect(await createInMemoryRelease({ given, heic: 'off', fresh: withoutHeic }).verify()).toMatchObject({
    failures: [],
  });
  const { failures } = await createInMemoryRelease({ given, heic: 'off' }).verify();
  expect(failures.join()).toMatch(/turned\.heic: it is ready, not rejected/u);
});
