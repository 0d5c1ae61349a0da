import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { decodeWhole, fingerprintOf, outcomeOf, pixelAt } from '../../support/decode-whole.ts';
import { gifOnCanvas } from '../../support/hostile-pictures.ts';
import { drawGif, type GifFrame } from '../../support/odd-gifs.ts';
import { quarters } from '../../support/pictures.ts';

const canvas = { width: 40, height: 30 };
const inQuarters = (x: number, y: number): number => (x < 20 ? 0 : 1) + (y < 15 ? 0 : 2);
const whole: GifFrame = { ...canvas, pixelAt: inQuarters };
const second: GifFrame = { ...canvas, pixelAt: () => 3, delay: 100 };
const damaged = 'the GIF file is damaged or incomplete: it cannot be decoded';

test('a GIF that is not animated looks as sharp alone shows it', async () => {
  const pixels = await decodeWhole(drawGif(canvas, [whole]));
  expect(pixels.channels).toBe(3);
  expect(pixelAt(pixels, 5, 5)).toEqual(quarters.topLeft);
  expect(pixelAt(pixels, 35, 25)).toEqual(quarters.bottomRight);
});

test.each([
  ['alone', []],
  ['before others', [second]],
])('what a first frame %s does not cover is transparent', async (_, others: GifFrame[]) => {
  const frame = { left: 10, top: 5, width: 20, height: 20, pixelAt: (): number => 2 };
  const pixels = await decodeWhole(drawGif(canvas, [frame, ...others]));
  expect(pixels).toMatchObject({ ...canvas, channels: 4 });
  expect(pixelAt(pixels, 9, 10)[3]).toBe(0);
  expect(pixelAt(pixels, 30, 10)[3]).toBe(0);
  expect(pixelAt(pixels, 20, 25)[3]).toBe(0);
  expect(pixelAt(pixels, 10, 5)).toEqual([...quarters.bottomLeft, 255]);
  expect(pixelAt(pixels, 29, 24)).toEqual([...quarters.bottomLeft, 255]);
});

test('a colour that is transparent stays so', async () => {
  const pixels = await decodeWhole(drawGif(canvas, [{ ...whole, transparent: 1 }]));
  expect(pixelAt(pixels, 30, 5)[3]).toBe(0);
  expect(pixelAt(pixels, 5, 5)).toEqual([...quarters.topLeft, 255]);
});

test('a later frame that is damaged or cut off does not matter', async () => {
  const expected = await fingerprintOf(drawGif(canvas, [whole]));
  const animation = drawGif(canvas, [whole, second]);
  const secondFrame = animation.lastIndexOf(Buffer.from([0x2c, 0, 0, 0, 0, 40, 0, 30, 0]));
  for (const cut of [1, 100, animation.length - secondFrame - 3, animation.length - secondFrame + 5]) {
    expect(await fingerprintOf(animation.subarray(0, -cut))).toBe(expected);
  }
  const unknownCodes = Buffer.from(animation);
  unknownCodes[secondFrame + 10] = 200;
  expect(await fingerprintOf(unknownCodes)).toBe(expected);
  expect(await fingerprintOf(drawGif(canvas, [whole, { ...second, pixels: 10 }]))).toBe(expected);
});

test.each([1, 3])('%i zeros between blocks are skipped', async (zeros) => {
  const animation = drawGif(canvas, [whole, second], { between: Buffer.alloc(zeros) });
  expect(await fingerprintOf(animation)).toBe(await fingerprintOf(drawGif(canvas, [whole])));
});

test('a GIF without a trailer, or with more behind it, is whole', async () => {
  const expected = await fingerprintOf(drawGif(canvas, [whole]));
  expect(await fingerprintOf(drawGif(canvas, [whole], { trailer: false }))).toBe(expected);
  expect(await fingerprintOf(Buffer.concat([drawGif(canvas, [whole]), Buffer.from('PK\x03\x04')]))).toBe(expected);
});

test.each([0, 1, 600, 1199])('a first frame that has %i of its 1,200 pixels is truncated', async (pixels) => {
  expect(await outcomeOf(drawGif(canvas, [{ ...whole, pixels }, second]))).toBe(damaged);
});

test('a first frame of all its pixels is whole, whatever words its data is made of', async () => {
  const noise = Buffer.from(Array.from({ length: 200 * 150 * 3 }, (_, n) => (n * 7919 + (n >> 3) * 104_729) % 251));
  for (const picture of [
    sharp({ create: { width: 900, height: 700, channels: 3, background: '#446688' } }),
    sharp(noise, { raw: { width: 200, height: 150, channels: 3 } }),
  ]) {
    for (const progressive of [false, true]) {
      const gif = await picture.clone().gif({ progressive }).toBuffer();
      expect(await outcomeOf(gif)).toBe('accepted');
      expect(await outcomeOf(gif.subarray(0, Math.floor(gif.length * 0.9)))).not.toBe('accepted');
    }
  }
});

test('frames are counted although only the first is shown', async () => {
  expect(await outcomeOf(gifOnCanvas(9, 9, 1_000))).toBe('accepted');
  expect(await outcomeOf(gifOnCanvas(9, 9, 1_001))).toBe('1001 pages: an image may have at most 1000');
});
