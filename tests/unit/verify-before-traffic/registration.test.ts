import { describe, expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';

import { sceneOf, pictures, fromPixels } from '../../../commands/golden-pictures/pictures.ts';
import { inspect } from '../../../functions/shared/imaging/inspect.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import type { Pixels } from '../../../functions/verify-before-traffic/colours.ts';
import { expectationsOf, goldenPictures, sceneNamed } from '../../../functions/verify-before-traffic/golden.ts';
import { isStill, offsetBetween, profilesOf } from '../../../functions/verify-before-traffic/registration.ts';
import { derivedOnce } from './in-memory-release.ts';
import '../../support/open-libvips.ts';

/** The outputs that the recipes make of the golden pictures, decoded, and its scene. */
async function outputs(): Promise<{ name: string; scene: string; pixels: Pixels }[]> {
  const all: { name: string; scene: string; pixels: Pixels }[] = [];
  for (const recipe of Object.values(recipes)) {
    // One of each scene: the others show the same once more, and are laid over it whenever a good version is tried.
    for (const { name, bytes } of goldenPictures.filter((one) => /-1|alpha|p3|progressive|grey/u.test(one.name))) {
      const expected = expectationsOf(recipe.name, recipe.version, new Set(['heic'] as const))?.[name];
      if (expected?.status !== 'ready') continue;
      for (const { width, format, bytes: file } of (await derivedOnce(bytes, recipe)).outputs) {
        all.push({ name: `${name} ${width}.${format}`, scene: expected.scene, pixels: await inspect(file) });
      }
    }
  }
  return all;
}

/** As if it had been cut out at the wrong place: what is missing at one side is filled with its last pixels. */
function moved({ width, height, rgba }: Pixels, dx: number, dy: number): Pixels {
  const from = new Uint32Array(Uint8Array.from(rgba).buffer);
  const result = new Uint32Array(from.length);
  const within = (at: number, most: number): number => Math.max(0, Math.min(most - 1, at));
  for (let y = 0; y < height; y++) {
    const row = within(y - dy, height) * width;
    for (let x = 0; x < width; x++) result[y * width + x] = from[row + within(x - dx, width)] ?? 0;
  }
  return { width, height, rgba: new Uint8Array(result.buffer) };
}

const offsetOf = (scene: string, pixels: Pixels) => offsetBetween(sceneNamed(scene).profiles, profilesOf(pixels));

const directions: readonly [number, number][] = [
  [1, 0],
  [0, -1],
  [-2, 3],
];

test('every output lies where it should, and is found out if it is shifted by one pixel, whatever its size', async () => {
  const still: number[] = [];
  const found: number[] = [];
  for (const { name, scene, pixels } of await outputs()) {
    const { x, y } = offsetOf(scene, pixels);
    still.push(Math.abs(x), Math.abs(y));
    expect({ name, x, y, isStill: isStill({ x, y }) }).toMatchObject({ isStill: true });
    for (const [dx, dy] of directions) {
      const offset = offsetOf(scene, moved(pixels, dx, dy));
      expect({ name, dx, dy, offset, isStill: isStill(offset) }).toMatchObject({ isStill: false });
      found.push(Math.abs(offset.x - dx), Math.abs(offset.y - dy));
    }
  }
  // What registration.ts says of its bound.
  expect(Math.max(...still)).toBeLessThan(0.1);
  expect(Math.max(...found)).toBeLessThan(0.2);
}, 60_000);

const encoders: Record<string, (picture: Sharp) => Sharp> = {
  'webp of quality 50': (picture) => picture.webp({ quality: 50 }),
  'webp of quality 95': (picture) => picture.webp({ quality: 95 }),
  'webp without loss': (picture) => picture.webp({ lossless: true, effort: 0 }),
  'avif of quality 40': (picture) => picture.avif({ quality: 40, effort: 2 }),
  'avif with half the colours': (picture) => picture.avif({ quality: 60, effort: 2, chromaSubsampling: '4:2:0' }),
  'jpeg of quality 70': (picture) => picture.jpeg({ quality: 70 }),
  'a darker picture': (picture) => picture.linear(0.85, 0).webp({ quality: 80 }),
  'a sharpened picture': (picture) => picture.sharpen().webp({ quality: 80 }),
  'gamma 1.1': (picture) => picture.gamma(1.1, 1).webp({ quality: 80 }),
};

describe('is not taken for shifted', () => {
  const scenes = [...new Set(pictures.flatMap((golden) => ('scene' in golden ? golden.scene : [])))];
  test.each(Object.entries(encoders))('%s', async (_, encode) => {
    for (const name of scenes) {
      const scene = await sceneOf(name);
      for (const kernel of ['lanczos3', 'lanczos2', 'mitchell', 'cubic'] as const) {
        const width = Math.min(scene.width, kernel === 'mitchell' ? 128 : 640);
        const height = Math.round((scene.height * width) / scene.width);
        const file = await encode(fromPixels(scene).resize(width, height, { fit: 'fill', kernel })).toBuffer();
        const { data } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
        // What has no alpha shows black where the scene shows nothing.
        const offset = offsetOf(name, { width, height, rgba: data });
        expect({ name, kernel, width, offset, isOff: Math.hypot(offset.x, offset.y) > 0.25 }).toMatchObject({
          isOff: false,
        });
      }
    }
  });
});

test('a picture in which there is nothing to see lies where it should', () => {
  const flat = { width: 40, height: 30, rgba: new Uint8Array(40 * 30 * 4).fill(128) };
  expect(offsetBetween(profilesOf(flat), profilesOf(flat))).toEqual({ x: 0, y: 0 });
});
