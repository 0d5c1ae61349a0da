import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import { guard } from '../../../functions/shared/imaging/guard.ts';
import {
  animatedWebp,
  avifClaiming,
  gifOfOneFrame,
  gifOnCanvas,
  jpegClaiming,
  pngOfZeros,
  webpOfOneColour,
} from '../../support/hostile-pictures.ts';
import { drawQuarters } from '../../support/pictures.ts';

async function reasonFor(file: Uint8Array): Promise<string> {
  const error: unknown = await guard(file).then(
    () => 'accepted',
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UnacceptableImageError);
  return (error as UnacceptableImageError).message;
}

const accepted = 'only JPEG, PNG, WebP, GIF and AVIF images are accepted';

test.each([
  ['an SVG drawing', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'],
  ['an SVG drawing', '<!-- <html> --> <svg/>'],
  ['a web page', '<!DOCTYPE html><title>x</title>'],
  ['a text', 'Dear diary, it is cold in Łódź and 日本.'],
  ['a PDF document', '%PDF-1.7\n%\xe2\xe3'],
  ['a TIFF image', 'II*\0\x08\0\0\0'],
  ['a TIFF image', 'MM\0*\0\0\0\x08'],
  ['a BMP image', 'BM\x9a\0\0\0\0\0\0\0'],
  ['a video', '\0\0\0\x20ftypisom\0\0\x02\0'],
  ['a ZIP archive', 'PK\x03\x04\x14\0'],
  ['a JPEG XL image', '\xff\x0a\xfa\x1f'],
])('names %s for what it is', async (name, start) => {
  const encoding = name === 'a text' ? 'utf8' : 'latin1';
  expect(await reasonFor(Buffer.from(start, encoding))).toBe(`this is ${name}: ${accepted}`);
});

test('says that an empty file is empty', async () => {
  expect(await reasonFor(Buffer.alloc(0))).toBe('the file is empty');
});

test('tells the owner of an iPhone what to do about HEIC', async () => {
  const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  expect(await reasonFor(heic)).toMatch(/^this is a HEIC image.*export it as JPEG/);
});

test('says that bytes of no kind are no image', async () => {
  expect(await reasonFor(Buffer.from([0, 1, 2, 3, 254, 255]))).toBe(
    `the file is damaged, incomplete or no image at all: ${accepted}`,
  );
});

test('a name or a type tells nothing: an SVG behind the first bytes of a PNG is no image', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>';
  await reasonFor(Buffer.from(`\x89PNG\r\n\x1a\n${svg}`, 'latin1'));
  await reasonFor(Buffer.from(`GIF89a${svg}`, 'latin1'));
});

test('what follows an image in its file does not matter', async () => {
  const png = await drawQuarters(30, 20).png().toBuffer();
  const polyglot = Buffer.concat([png, Buffer.from('<script>alert(1)</script>PK\x03\x04')]);
  expect(await guard(polyglot)).toMatchObject({ format: 'png', width: 30, height: 20 });
});

test.each<[string, string, () => Buffer | Promise<Buffer>]>([
  ['a PNG', '1 x 50000000 pixels: the longest side may be at most 20000', () => pngOfZeros(1, 50_000_000)],
  ['a PNG', '20001 x 1 pixels: the longest side may be at most 20000', () => pngOfZeros(20_001, 1)],
  ['a PNG', '10000 x 5001 pixels: an image may have at most 50 megapixels', () => pngOfZeros(10_000, 5001)],
  [
    'an interlaced PNG',
    '10000 x 5000 pixels take 300 MB',
    () => pngOfZeros(10_000, 5000, { colourType: 2, depth: 16, interlaced: true }),
  ],
  ['a GIF', '65535 x 65535 pixels: the longest side may be at most 20000', () => gifOfOneFrame(65_535, 65_535)],
  ['a GIF', '8000 x 7000 pixels: an image may have at most 50 megapixels', () => gifOfOneFrame(8000, 7000)],
  ['a GIF', '1001 pages: an image may have at most 1000', () => gifOnCanvas(9, 9, 1001)],
  ['a WebP', '16383 x 16383 pixels: an image may have at most 50 megapixels', () => webpOfOneColour(16_383, 16_383)],
  ['an animated WebP', '100000 pages: an image may have at most 1000', () => animatedWebp(9, 9, 100_000)],
  ['an animated WebP', '7000 x 5000 pixels take 210 MB', () => animatedWebp(7000, 5000, 2)],
  ['a JPEG', '65500 x 65500 pixels: the longest side may be at most 20000', () => jpegClaiming(65_500, 65_500)],
  [
    'a progressive JPEG',
    '65500 x 65500 pixels: the longest side may be at most 20000',
    () => jpegClaiming(65_500, 65_500, true),
  ],
  ['an AVIF', '7000 x 7000 pixels take 368 MB', () => avifClaiming(7000, 7000)],
])('refuses %s by its header: %s', async (_kind, reason, draw) => {
  expect(await reasonFor(await draw())).toContain(reason);
});

test.each<[string, () => Buffer | Promise<Buffer>]>([
  ['a PNG at both limits', () => pngOfZeros(20_000, 2500)],
  ['an interlaced PNG of 200 MB', () => pngOfZeros(10_000, 5000, { colourType: 6, interlaced: true })],
  ['a GIF of 50 megapixels', () => gifOfOneFrame(10_000, 5000)],
  ['a GIF of 1000 pages', () => gifOnCanvas(9, 9, 1000)],
  ['an animated WebP of 200 MB', () => animatedWebp(5700, 5800, 2)],
])('lets %s pass', async (_kind, draw) => {
  expect((await guard(await draw())).width).toBeGreaterThan(0);
});

test('a file may have 25 MB and not a byte more', async () => {
  const jpeg = await drawQuarters(30, 20).jpeg().toBuffer();
  const padded = (bytes: number): Buffer => Buffer.concat([jpeg, Buffer.alloc(bytes - jpeg.length)]);
  expect(await guard(padded(25_000_000))).toMatchObject({ format: 'jpeg' });
  expect(await reasonFor(padded(25_000_001))).toBe('25.1 MB: a file may have at most 25 MB');
});

test('keeps the cause of what libvips says, for the log', async () => {
  await expect(guard(Buffer.from('hello'))).rejects.toMatchObject({ cause: expect.any(Error) as unknown });
});

test('the loaders of other formats are shut in the whole process', async () => {
  const tiff = await drawQuarters(30, 20).tiff().toBuffer();
  await expect(sharp(tiff).metadata()).rejects.toThrow('unsupported image format');
});
