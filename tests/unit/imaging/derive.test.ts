import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import type { Derivation } from '../../../functions/shared/images/derivation.ts';
import { renditions, thumbnails, type Recipe } from '../../../functions/shared/images/recipe.ts';
import { derive } from '../../../functions/shared/imaging/derive.ts';
import { distanceFromDrawn, drawQuarters, drawTexture, pictures } from '../../support/pictures.ts';
import { likeness } from '../../support/likeness.ts';

/** Every step of the real recipes, without the half second that a large AVIF takes. */
const quickRecipe: Recipe = {
  ...renditions,
  outputs: [
    { width: 128, format: 'webp' },
    { width: 640, format: 'webp' },
    { width: 128, format: 'avif' },
  ],
};

function sizesOf({ outputs }: Derivation): string[] {
  return outputs.map(({ width, height, format }) => `${width}x${height}.${format}`);
}

test.each(pictures)(
  '$title comes out upright, in its colours and sizes, as sharp alone would show it',
  async (picture) => {
    const original = await picture.draw();
    const derivation = await derive(original, quickRecipe);
    expect(derivation).toMatchObject({ format: picture.format, width: picture.width, height: picture.height });
    for (const { width, height, format, bytes } of derivation.outputs) {
      const metadata = await sharp(bytes).metadata();
      expect(metadata).toMatchObject({ format: format === 'avif' ? 'heif' : format, width, height });
      if (picture.tolerance !== undefined) {
        expect(await distanceFromDrawn(bytes)).toBeLessThanOrEqual(picture.tolerance);
      }
      const independent = sharp(original, { autoOrient: true }).resize({ width, withoutEnlargement: true });
      const { data, info } = await independent.png().toBuffer({ resolveWithObject: true });
      expect({ width, height }).toEqual({ width: info.width, height: info.height });
      expect(await likeness(bytes, data)).toBeGreaterThan(0.95);
    }
  },
);

test('outputs are as good as those of a pipeline of their own', async () => {
  const original = await drawTexture(1500, 1000).jpeg({ quality: 90 }).toBuffer();
  for (const { width, height, bytes } of (await derive(original, thumbnails)).outputs) {
    const resized = sharp(original).resize({ width, height, fit: 'fill' });
    const reference = await resized.clone().png().toBuffer();
    const independent = await resized.clone().webp({ quality: 80 }).toBuffer();
    expect(await likeness(bytes, reference)).toBeGreaterThan((await likeness(independent, reference)) - 0.005);
  }
});

test('every recipe gives its widths and formats, in its order', async () => {
  const original = await drawQuarters(3000, 2000).jpeg().toBuffer();
  expect(sizesOf(await derive(original, thumbnails))).toEqual(['128x85.webp', '320x213.webp', '640x427.webp']);
  expect(sizesOf(await derive(original, renditions))).toEqual(['1280x853.webp', '2048x1365.webp', '1280x853.avif']);
});

test('an image narrower than a width gets one output of its own width for each format', async () => {
  const original = await drawQuarters(100, 150).png().toBuffer();
  expect(sizesOf(await derive(original, thumbnails))).toEqual(['100x150.webp']);
  expect(sizesOf(await derive(original, renditions))).toEqual(['100x150.webp', '100x150.avif']);
});

test('an image between two widths gets the smaller one and its own', async () => {
  const original = await drawQuarters(200, 100).png().toBuffer();
  expect(sizesOf(await derive(original, thumbnails))).toEqual(['128x64.webp', '200x100.webp']);
});

test.each([
  [1, 1],
  [20_000, 1],
  [1, 20_000],
  [20_000, 30],
  [30, 20_000],
])('a picture of %i x %i pixels has outputs of at least one pixel', async (width, height) => {
  const original = await sharp({ create: { width, height, channels: 3, background: '#c33' } })
    .png()
    .toBuffer();
  const { outputs } = await derive(original, thumbnails);
  for (const output of outputs) {
    expect(await sharp(output.bytes).metadata()).toMatchObject({ width: output.width, height: output.height });
  }
});

test('a picture too tall for WebP, and too large in all, keeps its shape in smaller outputs', async () => {
  const original = await sharp({ create: { width: 1200, height: 20_000, channels: 3, background: '#c33' } })
    .jpeg()
    .toBuffer();
  const { outputs } = await derive(original, { ...renditions, outputs: [{ width: 2048, format: 'webp' }] });
  const [output] = outputs;
  expect((output?.width ?? 0) * (output?.height ?? 0)).toBeLessThanOrEqual(10_010_000);
  expect((output?.height ?? 0) / (output?.width ?? 1)).toBeCloseTo(20_000 / 1200, 1);
});

test('nothing of the metadata reaches an output', async () => {
  const original = await drawQuarters(900, 600)
    .withMetadata({ orientation: 6 })
    .withExifMerge({
      IFD0: { Make: 'Acme', Artist: 'Ada Lovelace', Copyright: 'nobody' },
      IFD2: { BodySerialNumber: '12345678' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
    .jpeg()
    .toBuffer();
  expect(original.includes('Ada Lovelace')).toBe(true);
  for (const recipe of [thumbnails, renditions]) {
    for (const { bytes } of (await derive(original, recipe)).outputs) {
      const metadata = await sharp(bytes).metadata();
      const { exif, xmp, iptc, icc, orientation } = metadata;
      expect({ exif, xmp, iptc, icc, orientation }).toEqual({});
      for (const secret of ['Ada Lovelace', '12345678', 'Exif', 'secret']) {
        expect(Buffer.from(bytes).includes(secret)).toBe(false);
      }
    }
  }
});

test('transparency is kept', async () => {
  const original = await drawQuarters(900, 600).ensureAlpha(0.4).png().toBuffer();
  for (const { bytes } of (await derive(original, quickRecipe)).outputs) {
    const [alpha] = await sharp(bytes).extractChannel(3).resize(1, 1).raw().toBuffer();
    expect(alpha).toBeCloseTo(0.4 * 255, -1);
  }
});

test('a picture in a profile that cannot be used is shown as if it had none', async () => {
  const original = await drawQuarters(300, 200).withIccProfile('p3').png().toBuffer();
  const { icc = Buffer.alloc(0) } = await sharp(original).metadata();
  const grey = Buffer.from(icc);
  grey.write('GRAY', 16, 'latin1');
  for (const profile of [grey, icc.subarray(0, 200), Buffer.concat([icc.subarray(0, 128), Buffer.alloc(300, 0xff)])]) {
    const jpeg = await drawQuarters(300, 200).jpeg().toBuffer();
    const header = Buffer.from('\xff\xe2\0\0ICC_PROFILE\0\x01\x01', 'latin1');
    header.writeUInt16BE(header.length - 2 + profile.length, 2);
    const withProfile = Buffer.concat([jpeg.subarray(0, 2), header, profile, jpeg.subarray(2)]);
    const [output] = (await derive(withProfile, thumbnails)).outputs;
    expect(await distanceFromDrawn(output?.bytes ?? Buffer.alloc(0))).toBeLessThan(20);
  }
});

test('renditions describe the picture: placeholder, dominant colour and public EXIF', async () => {
  const original = await drawQuarters(1000, 500)
    .withExif({ IFD0: { Make: 'Acme', Model: 'Acme One' }, IFD3: { GPSLatitudeRef: 'N' } })
    .jpeg()
    .toBuffer();
  const { description } = await derive(original, quickRecipe);
  expect(description.exif).toEqual({ camera: 'Acme One' });
  expect(description.dominantColour).toMatch(/^#[0-9a-f]{6}$/);
  const placeholder = Buffer.from(description.placeholder ?? '', 'base64');
  expect(placeholder.length).toBeGreaterThan(10);
  expect(placeholder.length).toBeLessThan(40);
  expect((await derive(original, thumbnails)).description).toEqual({});
});

test('the dominant colour is one that the picture has most of, not a mean of all', async () => {
  const blue = sharp({ create: { width: 300, height: 300, channels: 3, background: '#3366cc' } });
  const red = await sharp({ create: { width: 120, height: 300, channels: 3, background: '#dd2211' } })
    .png()
    .toBuffer();
  const original = await blue
    .composite([{ input: red, gravity: 'east' }])
    .png()
    .toBuffer();
  expect((await derive(original, quickRecipe)).description.dominantColour).toBe('#3366cc');
});
