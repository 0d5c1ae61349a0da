import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { featuresOf } from '../../../functions/shared/images/features.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import { expectationsOf, goldenPictures, sceneNamed } from '../../../functions/verify-before-traffic/golden.ts';

const on = featuresOf({ HEIC: 'on' });
const folder = join(import.meta.dirname, '../../../functions/verify-before-traffic/pictures');
const files = readdirSync(folder);

test('every picture in the folder is used, as it is', () => {
  expect(goldenPictures.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
  for (const { name, bytes } of goldenPictures) {
    expect({ name, isSame: readFileSync(join(folder, name)).equals(bytes) }).toEqual({ name, isSame: true });
  }
});

test('together they are small enough for a bundle', () => {
  expect(goldenPictures.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(300_000);
});

// After a recipe's version was raised, this fails before a release does: add the version to commands/golden-pictures/expected.ts.
test.each(Object.values(recipes))('what comes of every picture by $name, version $version, is known', (recipe) => {
  const expectations = expectationsOf(recipe.name, recipe.version, on);
  expect(Object.keys(expectations ?? {}).toSorted()).toEqual(files.toSorted());
  for (const expected of Object.values(expectations ?? {})) {
    if (expected.status !== 'ready') continue;
    expect(sceneNamed(expected.scene)).toMatchObject({ picture: expect.stringMatching(/^data:image\/webp;base64,/u) });
    expect(sceneNamed(expected.scene).colours).toHaveLength(16 * 16 * 4);
  }
  // The first five are what durations are compared with.
  expect(goldenPictures.slice(0, 5).map(({ name }) => expectations?.[name]?.status)).toEqual(Array(5).fill('ready'));
});

test('a HEIC is to be read where the parameter Heic is on, and to be refused by name where it is off', () => {
  for (const { name, version } of Object.values(recipes)) {
    expect(expectationsOf(name, version, on)?.['turned.heic']).toMatchObject({ status: 'ready', format: 'heic' });
    const expected = expectationsOf(name, version, featuresOf({ HEIC: 'off' }));
    expect(expected?.['turned.heic']).toMatchObject({ status: 'rejected' });
    expect(expected?.['turned.avif']).toMatchObject({ status: 'ready' });
  }
});

test('every width of every recipe is made of one of them at least', () => {
  for (const { name, version, outputs } of Object.values(recipes)) {
    const made = Object.values(expectationsOf(name, version, on) ?? {}).flatMap((expected) =>
      expected.status === 'ready' ? expected.outputs.map(({ width, format }) => ({ width, format })) : [],
    );
    for (const output of outputs) expect(made).toContainEqual(output);
  }
});

test('there is something to leak, and something to turn', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const { bytes } = goldenPictures.find(({ name }) => name === `orientation-${orientation}.jpg`) ?? {};
    const metadata = await sharp(bytes).metadata();
    expect(metadata.orientation).toBe(orientation);
    // The tag of the GPS directory, as EXIF of this byte order writes it.
    expect(metadata.exif?.includes(Buffer.from([0x25, 0x88, 4, 0]))).toBe(true);
    expect(metadata.xmp?.toString()).toContain('GPSLatitude');
  }
});
