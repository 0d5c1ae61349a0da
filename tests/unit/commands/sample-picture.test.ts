import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { drawSample } from '../../../commands/sample-picture.ts';
import '../../support/open-libvips.ts';

test('draws the same picture for the same number, and another for another', async () => {
  const [one, again, two] = await Promise.all([1, 1, 2].map((index) => drawSample(index, { megapixels: 0.2 })));
  expect(again).toEqual(one);
  expect(two).not.toEqual(one);
});

test('draws a JPEG of two megapixels with the fields of a camera', async () => {
  const { format, width, height, exif } = await sharp(await drawSample(7)).metadata();
  expect({ format, ratio: width / height }).toEqual({ format: 'jpeg', ratio: expect.closeTo(1.5, 2) as unknown });
  expect((width * height) / 1e6).toBeCloseTo(2, 1);
  expect(exif?.toString('latin1')).toContain('Nowhere Landscape');
});

test('comes close to the size that is asked, and never above it', async () => {
  const { length } = await drawSample(3, { bytes: 1_000_000 });
  expect(length).toBeLessThanOrEqual(1_000_000);
  expect(length).toBeGreaterThan(850_000);
});
