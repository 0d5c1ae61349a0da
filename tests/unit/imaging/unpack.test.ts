import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';

import { unpack } from '../../../functions/shared/imaging/containers/unpack.ts';
import { pngChunk, pngOfZeros } from '../../support/hostile-pictures.ts';
import { drawQuarters } from '../../support/pictures.ts';

const formats = ['jpeg', 'png', 'webp', 'avif'] as const;

async function drawWithNotes(format: (typeof formats)[number]): Promise<Buffer> {
  return drawQuarters(60, 40)
    .withExif({ IFD0: { Make: 'Acme', ImageDescription: 'a secret note' } })
    .withIccProfile('p3')
    .toFormat(format)
    .toBuffer();
}

test.each(formats)('the decoder of a %s sees the pixels and the colour profile, and no EXIF', async (format) => {
  const original = await drawWithNotes(format);
  const { picture, exif } = unpack(original);
  const [before, after] = await Promise.all([original, picture].map((file) => sharp(file).metadata()));
  expect(before?.exif).toBeDefined();
  expect(after?.exif).toBeUndefined();
  expect(after?.icc).toEqual(before?.icc);
  expect(exif?.toString('latin1')).toContain('a secret note');
  expect(exif?.toString('latin1', 0, 4)).toMatch(/^(II\*\0|MM\0\*|Exif)$/);
  expect(await sharp(picture).raw().toBuffer()).toEqual(await sharp(original).raw().toBuffer());
});

test.each(['jpeg', 'webp', 'avif'] as const)(
  'a %s without notes passes as it is, and the original is never written to',
  async (format) => {
    const plain = await drawQuarters(60, 40).toFormat(format).toBuffer();
    expect(unpack(plain).picture).toEqual(plain);
    const noted = await drawWithNotes(format);
    const copy = Buffer.from(noted);
    unpack(noted);
    expect(noted).toEqual(copy);
  },
);

test('texts, unknown chunks and data after the end of a PNG are left out', () => {
  const extraChunks = [
    pngChunk('tEXt', Buffer.from('a\0b')),
    pngChunk('abCd', Buffer.alloc(9)),
    pngChunk('acTL', Buffer.alloc(8)),
  ];
  const png = pngOfZeros(3, 3, { extraChunks });
  expect(unpack(Buffer.concat([png, Buffer.from('PK\x03\x04')])).picture).toEqual(pngOfZeros(3, 3));
});

test('thumbnails, comments and a second picture of a JPEG are left out', async () => {
  const jpeg = await drawQuarters(60, 40).jpeg().toBuffer();
  const note = (code: number, text: string): Buffer =>
    Buffer.concat([Buffer.from([0xff, code, 0, text.length + 2]), Buffer.from(text, 'latin1')]);
  const noted = Buffer.concat([
    jpeg.subarray(0, 2),
    note(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x/>'),
    note(0xe2, 'MPF\0MM\0*'),
    note(0xed, 'Photoshop 3.0\0'),
    note(0xfe, 'hello'),
    jpeg.subarray(2),
    jpeg,
  ]);
  expect(unpack(noted).picture).toEqual(jpeg);
});

test('no file makes it throw, and what comes back is longer by no more than an end that was missing', async () => {
  const gif = await drawQuarters(60, 40).gif().toBuffer();
  const valid = [...(await Promise.all(formats.map(drawWithNotes))), gif];
  const damaged = fc
    .tuple(
      fc.constantFrom(...valid),
      fc.array(fc.tuple(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.nat(255)), { maxLength: 30 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([file, changes, share]) => {
      const copy = Buffer.from(file);
      for (const [place, byte] of changes) copy[Math.floor(place * copy.length)] = byte;
      return copy.subarray(0, Math.ceil(copy.length * share));
    });
  fc.assert(
    fc.property(damaged, (file) => {
      const { picture, mend, isTruncated } = unpack(file);
      expect(picture.length).toBeLessThanOrEqual(file.length + 64);
      mend?.();
      isTruncated?.();
    }),
    { numRuns: 2000 },
  );
});
