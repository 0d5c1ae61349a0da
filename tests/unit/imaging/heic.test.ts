import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import type { Recipe } from '../../../functions/shared/images/recipe.ts';
import { derive } from '../../../functions/shared/imaging/derive.ts';
import { guard } from '../../../functions/shared/imaging/guard.ts';
import { withBoundedMemory } from '../../../functions/shared/imaging/heic/bounded-memory.ts';
import { createHeicDecoder, decodeHeic } from '../../../functions/shared/imaging/heic/decoder.ts';
import { box, heic } from '../../support/heics.ts';
import { distanceFromDrawn, drawQuarters } from '../../support/pictures.ts';

const recipe: Recipe = { name: 'renditions', version: 1, outputs: [{ width: 150, format: 'webp' }], describe: true };
const whole = new AbortController().signal;

async function derived(file: Buffer) {
  const { outputs, ...about } = await derive(file, recipe, { decodeHeic });
  const [output] = outputs;
  if (output === undefined) throw new Error('there is no output');
  return { ...about, bytes: Buffer.from(output.bytes) };
}

const orientations = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `orientation-${n}`);

test.each([
  ...orientations,
  'grid',
  '10-bit',
  '10-bit-grid-p3',
  'limited-709',
  'alpha',
  'small-alpha',
  'premultiplied-alpha',
  'cropped',
  'p3-icc',
  'p3-nclx',
  'gain-map',
  'tone-map',
  'tone-map-first',
])('%s.heic is shown upright and in its colours', async (name) => {
  const { bytes, ...about } = await derived(heic(name));
  expect(about).toMatchObject({ format: 'heic', width: 192, height: 128 });
  expect(await distanceFromDrawn(bytes)).toBeLessThan(8);
});

test('a grey HEIC stays grey', async () => {
  const { bytes } = await derived(heic('grey'));
  const { channels } = await sharp(bytes).stats();
  expect(new Set(channels.slice(0, 3).map(({ mean }) => Math.round(mean / 3))).size).toBe(1);
});

test.each(['alpha', 'small-alpha', 'premultiplied-alpha'])('what is half transparent stays so: %s', async (name) => {
  const { bytes } = await derived(heic(name));
  const { channels, isOpaque } = await sharp(bytes).stats();
  expect(isOpaque).toBe(false);
  expect(channels[3]?.mean).toBeCloseTo(128, -1);
});

test('the public fields of EXIF are read, and nothing else', async () => {
  const { description } = await derived(heic('orientation-6'));
  expect(description.exif).toEqual({
    camera: 'Nowhere Golden I',
    exposureTime: '1/250',
    fNumber: 8,
    iso: 100,
    focalLength: 35,
    takenAt: '2026-05-01T12:30:00',
  });
  expect(heic('orientation-6').includes(Buffer.from('4711'))).toBe(true); // the serial number of the camera
});

test('without a decoder, a HEIC is refused by name, and says what would be needed', async () => {
  for (const file of [heic('grid'), heic('grid').subarray(0, 300)]) {
    await expect(guard(file)).rejects.toMatchObject({
      needs: 'heic',
      message: expect.stringMatching(/^this is a HEIC image.*export it as JPEG/u) as unknown,
    });
  }
});

test('the codec decides, and not the brand', async () => {
  const avif = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c33' } })
    .avif({ effort: 0 })
    .toBuffer();
  expect(await guard(avif, { decodeHeic })).toMatchObject({ format: 'avif', width: 64 });
  const renamed = heic('grid');
  renamed.write('mif1', 8);
  expect(await guard(renamed, { decodeHeic })).toMatchObject({ format: 'heic', width: 192 });
  const foreign = heic('orientation-1');
  foreign.write('avc1', foreign.indexOf('hvc1', foreign.indexOf('infe')), 'latin1');
  await expect(guard(foreign, { decodeHeic })).rejects.toThrow('this is a HEIF image with avc1 inside');
});

test('a sequence without a picture of its own is refused for that', async () => {
  const film = Buffer.concat([box('ftyp', Buffer.from('hevc\0\0\0\0', 'latin1')), box('moov'), box('mdat')]);
  await expect(guard(film, { decodeHeic })).rejects.toThrow('this HEIC holds a film and no picture of its own');
});

test('says that HEIC is accepted, where it is', async () => {
  await expect(guard(Buffer.from('%PDF-1.7'), { decodeHeic })).rejects.toThrow('AVIF and HEIC images are accepted');
});

test('48 megapixels are decoded', async () => {
  const { bytes, ...about } = await derived(heic('48-megapixels'));
  expect(about).toMatchObject({ width: 8000, height: 6000 });
  const { channels } = await sharp(bytes).stats();
  expect(channels.map(({ mean }) => Math.round(mean / 8))).toEqual([26, 4, 5]);
});

const limits = { memoryBytes: 640 * 1024 ** 2, cpuMs: 20_000 };

test('what needs more memory than its decoder may use is refused for that, and the next picture is decoded', async () => {
  const little = createHeicDecoder({ ...limits, memoryBytes: 96 * 1024 ** 2 });
  await expect(derive(heic('48-megapixels'), recipe, { decodeHeic: little })).rejects.toThrow('in 96 MB of memory');
  expect(await derive(heic('grid'), recipe, { decodeHeic: little })).toMatchObject({ width: 192 });
});

test('what needs more CPU time than a picture may take is refused for that', async () => {
  const hasty = createHeicDecoder({ ...limits, cpuMs: 10 });
  const refusal = derive(heic('48-megapixels'), recipe, { decodeHeic: hasty });
  await expect(refusal).rejects.toThrow('in 0.01 seconds of CPU time');
  await expect(refusal).rejects.toBeInstanceOf(UnacceptableImageError);
});

test('at the deadline its thread is ended, and that is not the fault of the image', async () => {
  const deadline = new AbortController();
  const late = new Error('time is up');
  const decoding = decodeHeic(heic('48-megapixels'), 1, deadline.signal);
  // The library is loaded by now, and the thread is on its way.
  await decodeHeic(heic('orientation-1'), 1, whole);
  deadline.abort(late);
  await expect(decoding).rejects.toBe(late);
  await expect(decodeHeic(heic('orientation-1'), 1, deadline.signal)).rejects.toBe(late);
});

test('the library is loaded when the first HEIC comes, and not for any other image', async () => {
  const decoder = createHeicDecoder(limits);
  const jpeg = await drawQuarters(192, 128).jpeg().toBuffer();
  const cwd = process.cwd();
  process.chdir('/');
  try {
    // There is none here.
    expect(await derive(jpeg, recipe, { decodeHeic: decoder })).toMatchObject({ format: 'jpeg' });
    await expect(derive(heic('grid'), recipe, { decodeHeic: decoder })).rejects.toThrow('Cannot find module');
  } finally {
    process.chdir(cwd);
  }
});

test('a library that is missing is not the fault of the image either, and is looked for again', async () => {
  const decoder = createHeicDecoder(limits);
  const cwd = process.cwd();
  process.chdir('/');
  try {
    await expect(decoder(heic('grid'), 7, whole)).rejects.not.toBeInstanceOf(UnacceptableImageError);
  } finally {
    process.chdir(cwd);
  }
  expect(await derive(heic('grid'), recipe, { decodeHeic: decoder })).toMatchObject({ format: 'heic' });
});

/** A module with a memory of 1 to 32,768 pages, and nothing else. */
const module = Buffer.from('0061736d01000000' + '0506' + '0101018080' + '02', 'hex');

test('the memory of a WebAssembly module is bounded in the module itself', () => {
  // 5 pages, in the three bytes that the maximum had.
  expect(Buffer.from(withBoundedMemory(module, 5 * 65_536)).toString('hex')).toBe(
    '0061736d01000000050601010185' + '8000',
  );
  expect(() => withBoundedMemory(module, 2 ** 32)).toThrow('no memory that could be bounded');
  expect(() => withBoundedMemory(module.subarray(0, 8), 65_536)).toThrow('no memory that could be bounded');
});

test('the base picture of an Ultra HDR JPEG is shown', async () => {
  const draw = (background: string) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .jpeg()
      .toBuffer();
  const [base, map] = [await draw('#d02028'), await draw('#ffffff')];
  const notes = [
    Buffer.from(
      'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>',
      'latin1',
    ),
    Buffer.from('MPF\0MM\0*\0\0\0\x08', 'latin1'),
  ].map((content, n) => {
    const head = Buffer.from([0xff, n === 0 ? 0xe1 : 0xe2, 0, 0]);
    head.writeUInt16BE(content.length + 2, 2);
    return Buffer.concat([head, content]);
  });
  const { bytes } = await derived(Buffer.concat([base.subarray(0, 2), ...notes, base.subarray(2), map]));
  const { channels } = await sharp(bytes).stats();
  expect(channels.map(({ mean }) => Math.round(mean / 8))).toEqual([26, 4, 5]);
});
