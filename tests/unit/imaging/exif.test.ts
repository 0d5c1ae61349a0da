import { expect, test } from '@jest/globals';
import readExif from 'exif-reader';
import fc from 'fast-check';
import sharp from 'sharp';

import { readOrientation, readPublicExif } from '../../../functions/shared/imaging/exif.ts';
import { exifMaze } from '../../support/hostile-pictures.ts';

type Fields = Parameters<ReturnType<typeof sharp>['withExif']>[0];

async function exifOf(fields: Fields): Promise<Buffer> {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } });
  const { exif } = await sharp(await picture.withExif(fields).jpeg().toBuffer()).metadata();
  return exif ?? Buffer.alloc(0);
}

const complete: Fields = {
  IFD0: { Make: 'Canon', Model: 'Canon EOS R5', Artist: 'Ada Lovelace', Copyright: 'Ada Lovelace' },
  IFD2: {
    ExposureTime: '1/250',
    FNumber: '28/10',
    ISOSpeedRatings: '400',
    FocalLength: '85/1',
    DateTimeOriginal: '2024:05:01 12:30:59',
    LensModel: 'RF85mm F1.2 L USM',
    LensSerialNumber: '998877',
    BodySerialNumber: '112233',
    CameraOwnerName: 'Ada Lovelace',
  },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 0/1' },
};

test('reads the public fields and nothing else', async () => {
  expect(readPublicExif(await exifOf(complete))).toEqual({
    camera: 'Canon EOS R5',
    lens: 'RF85mm F1.2 L USM',
    exposureTime: '1/250',
    fNumber: 2.8,
    iso: 400,
    focalLength: 85,
    takenAt: '2024-05-01T12:30:59',
  });
});

test('reads what an independent reader reads', async () => {
  const block = await exifOf(complete);
  const { Image: image, Photo: photo } = readExif(block);
  const ours = readPublicExif(block);
  expect(ours?.camera).toBe(image?.Model);
  expect(ours?.lens).toBe(photo?.LensModel);
  expect(ours?.fNumber).toBe(photo?.FNumber);
  expect(ours?.focalLength).toBe(photo?.FocalLength);
  expect(ours?.takenAt).toBe(photo?.DateTimeOriginal?.toISOString().slice(0, 19));
});

test.each([
  ['Apple', 'iPhone 15', 'Apple iPhone 15'],
  ['NIKON CORPORATION', 'NIKON D850', 'NIKON D850'],
  ['Canon', 'Canon EOS R5', 'Canon EOS R5'],
  ['  Acme\n\tCameras ', 'One', 'Acme Cameras One'],
])('a camera of maker %j and model %j is called %j', async (make, model, camera) => {
  expect(readPublicExif(await exifOf({ IFD0: { Make: make, Model: model } }))).toEqual({ camera });
});

test.each([
  ['1/250', '1/250'],
  ['10/2500', '1/250'],
  ['1/3', '1/3'],
  ['1/1', '1'],
  ['25/10', '2.5'],
  ['4/10', '0.4'],
  ['0/1', undefined],
  ['1/0', undefined],
])('an exposure of %s s is written %s', async (rational, exposureTime) => {
  expect(readPublicExif(await exifOf({ IFD2: { ExposureTime: rational } }))).toEqual(exposureTime && { exposureTime });
});

test.each(['0000:00:00 00:00:00', '2024:02:31 12:00:00', '2024:13:01 00:00:00', '    :  :     :  :  ', 'yesterday'])(
  'the date %j is none',
  async (date) => {
    expect(readPublicExif(await exifOf({ IFD2: { DateTimeOriginal: date } }))).toBeUndefined();
  },
);

test('texts are one printable line of at most 100 characters', () => {
  const text = Buffer.from(`${'\u202e\u0007x\n'.repeat(20)}${'y'.repeat(500)}\0after the end`);
  const block = Buffer.alloc(26 + text.length);
  // One entry: Model, ASCII, its length, at offset 26.
  Buffer.from('49492a0008000000010010010200000000001a000000', 'hex').copy(block);
  block.writeUInt32LE(text.length, 14);
  text.copy(block, 26);
  expect(readPublicExif(block)?.camera).toMatch(/^(x ){20}y{20,60}$/);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('reads orientation %i in either byte order', (orientation) => {
  const entry = [0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
  const little = Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, ...entry, 0, 0, 0, 0]);
  const big = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
  expect(readOrientation(little)).toBe(orientation);
  expect(readOrientation(big)).toBe(orientation);
});

test.each([0, 9, 65_535])('takes orientation %i for none', (orientation) => {
  const block = Buffer.from('4d4d002a0000000800010112000300000001ffff0000', 'hex');
  block.writeUInt16BE(orientation, 18);
  expect(readOrientation(block)).toBe(1);
});

test('no block makes it throw, or keeps it busy, or gives much', async () => {
  const valid = await exifOf(complete);
  const damaged = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 20 }).map((changes) => {
    const block = Buffer.from(valid);
    for (const [at, byte] of changes) block[at] = byte;
    return block;
  });
  const start = fc.constantFrom('II*\0\x08\0\0\0', 'MM\0*\0\0\0\x08', 'Exif\0\0II*\0\x08\0\0\0', '');
  const random = fc
    .tuple(start, fc.uint8Array({ maxLength: 300 }))
    .map(([text, bytes]) => Buffer.concat([Buffer.from(text, 'latin1'), bytes]));
  fc.assert(
    fc.property(fc.oneof(damaged, random), (block) => {
      expect(JSON.stringify(readPublicExif(block) ?? {}).length).toBeLessThan(1000);
      expect(readOrientation(block)).toBeLessThanOrEqual(8);
    }),
    { numRuns: 2000 },
  );
  // A reader that followed every pointer of a maze would never come back.
  expect(JSON.stringify(readPublicExif(exifMaze(60_000)) ?? {}).length).toBeLessThan(1000);
});
