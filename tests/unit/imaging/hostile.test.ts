import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import type { Recipe } from '../../../functions/shared/images/recipe.ts';
import { derive } from '../../../functions/shared/imaging/derive.ts';
import type { FileReport } from '../../support/derive-files.ts';
import * as hostile from '../../support/hostile-pictures.ts';
import { drawQuarters, drawTexture } from '../../support/pictures.ts';

const recipe: Recipe = { name: 'renditions', version: 1, outputs: [{ width: 64, format: 'webp' }], describe: true };

/** `refused`, or `accepted`; anything but an UnacceptableImageError fails the test. */
async function outcomeOf(file: Uint8Array): Promise<'accepted' | 'refused'> {
  try {
    const { outputs } = await derive(file, recipe);
    expect(outputs).toHaveLength(1);
    return 'accepted';
  } catch (error) {
    if (error instanceof UnacceptableImageError) return 'refused';
    throw error;
  }
}

const formats = ['jpeg', 'progressive JPEG', 'png', 'webp', 'gif', 'avif'] as const;

async function draw(format: (typeof formats)[number]): Promise<Buffer> {
  const picture = drawQuarters(300, 200)
    .withMetadata({ orientation: 6 })
    .withExifMerge({ IFD0: { Make: 'Acme' } });
  if (format === 'progressive JPEG') return picture.jpeg({ progressive: true }).toBuffer();
  return picture.toFormat(format, format === 'avif' ? { effort: 0 } : {}).toBuffer();
}

test.each(formats)('refuses a %s that is cut at any eighth', async (format) => {
  const whole = await draw(format);
  expect(await outcomeOf(whole)).toBe('accepted');
  for (let eighth = 1; eighth < 8; eighth++) {
    expect(await outcomeOf(whole.subarray(0, Math.floor((whole.length * eighth) / 8)))).toBe('refused');
  }
});

test.each(formats)('survives a %s with any of its bits flipped, and never throws another error', async (format) => {
  const whole = await draw(format);
  // The headers are where a flipped bit does most, so that half of them lie in the first 200 bytes.
  const bit = fc.oneof(fc.nat(200 * 8), fc.nat(whole.length * 8 - 1));
  await fc.assert(
    fc.asyncProperty(fc.array(bit, { minLength: 1, maxLength: 5 }), async (bits) => {
      const damaged = Buffer.from(whole);
      for (const n of bits) damaged[n >> 3] = (damaged[n >> 3] ?? 0) ^ (1 << (n & 7));
      await outcomeOf(damaged);
    }),
    { numRuns: 60, seed: 20_260_101 },
  );
});

test('refuses a JPEG whose data is damaged in the midst', async () => {
  const jpeg = await drawTexture(600, 400).jpeg().toBuffer();
  jpeg.fill(0x55, Math.floor(jpeg.length * 0.6), Math.floor(jpeg.length * 0.8));
  expect(await outcomeOf(jpeg)).toBe('refused');
});

test('accepts the slips of real cameras: the scan header of Samsung, bytes after the end, gaps between segments', async () => {
  const jpeg = await draw('jpeg');
  const samsung = Buffer.from(jpeg);
  const scan = samsung.indexOf(Buffer.from([0xff, 0xda]));
  samsung[scan + 2 + samsung.readUInt16BE(scan + 2) - 2] = 0;
  expect(await outcomeOf(samsung)).toBe('accepted');
  expect(await outcomeOf(Buffer.concat([jpeg, Buffer.from('\0\0SEFHdesolate padding', 'latin1')]))).toBe('accepted');
  const tables = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
  expect(await outcomeOf(Buffer.concat([jpeg.subarray(0, tables), Buffer.alloc(5), jpeg.subarray(tables)]))).toBe(
    'accepted',
  );
});

/** Files that once took gigabytes, or half a minute, before libvips was shown no more than the picture. */
const bombs: Record<string, () => Buffer | Promise<Buffer>> = {
  'a PNG of 50,000,000 rows': () => hostile.pngOfZeros(1, 50_000_000),
  'a PNG with six gigabytes of compressed text': () => {
    const text = Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(7_900_000, 'a'))]);
    return hostile.pngOfZeros(9, 9, { extraChunks: Array<Buffer>(1000).fill(hostile.pngChunk('zTXt', text)) });
  },
  'a PNG with EXIF directories that name each other': () =>
    hostile.pngOfZeros(9, 9, { extraChunks: [hostile.pngChunk('eXIf', hostile.exifMaze(60_000))] }),
  'a JPEG with EXIF directories that name each other': () => hostile.jpegWithExif(hostile.exifMaze(60_000)),
  'an AVIF with EXIF directories that name each other': () => hostile.avifWithExif(hostile.exifMaze(60_000)),
  'a JPEG of six million empty segments': () => hostile.jpegOfEmptySegments(24_000_000),
  'an animated WebP of 300,000 frames': () => hostile.animatedWebp(9, 9, 300_000),
  'a GIF of a million frames': () => hostile.gifOnCanvas(9, 9, 1_000_000),
  'a GIF of one frame of 50 megapixels in 35 bytes': () => hostile.gifOfOneFrame(10_000, 5000),
  'a WebP of 49 megapixels in 30 bytes': () => hostile.webpOfOneColour(7000, 7000),
  'an animated WebP of 200 MB': () => hostile.animatedWebp(5700, 5800, 1000),
  'a progressive JPEG of 50 megapixels and no data': () => hostile.jpegClaiming(10_000, 5000, true),
  'a progressive JPEG of 500 scans': () => hostile.jpegOfManyScans(2000, 2000, 500),
  'a progressive JPEG of 500 scans and no end': async () => {
    const whole = await hostile.jpegOfManyScans(2000, 2000, 500);
    return whole.subarray(0, -2);
  },
  'a progressive JPEG of 500 scans with bytes before its end': async () => {
    const whole = await hostile.jpegOfManyScans(2000, 2000, 500);
    return Buffer.concat([whole.subarray(0, -2), Buffer.from([1, 2, 3]), whole.subarray(-2)]);
  },
  'a JPEG of a million tables and no end': async () => {
    const whole = await hostile.jpegClaiming(64, 64);
    const tables = Buffer.from([0xff, 0xc4, 0, 19, ...Array<number>(17).fill(0)]);
    return Buffer.concat([whole.subarray(0, 2), Buffer.alloc(21_000_000, tables), whole.subarray(2, -2)]);
  },
  'a GIF of one frame of 24 MB': () => hostile.gifOfLongFrame(6000, 5000, 24_000_000),
  'an AVIF that is larger than it says': () => hostile.avifClaiming(9, 9, 2000),
};

let folder: string;
/** A picture without malice, nearly as large as one may be. */
let plain: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bombs-'));
  plain = join(folder, 'plain.png');
  await writeFile(plain, hostile.pngOfZeros(7000, 7000, { colourType: 2 }));
});
afterAll(async () => rm(folder, { recursive: true }));

/**
 * In a process of its own: what others took, and the drawing, shall not count. The plain picture comes right after the file: how long a
 * second of work takes just now, on this machine and among its other work, is the same for both.
 */
async function deriveApart(file: string): Promise<{ hostile: FileReport; plain: FileReport }> {
  const script = join(import.meta.dirname, '..', '..', 'support', 'derive-files.ts');
  // Nothing but this ends a decoder that never comes back.
  const ending = { timeout: 100_000, killSignal: 'SIGKILL' } as const;
  const { stdout } = await promisify(execFile)(process.execPath, [script, file, plain], ending);
  const [first, second] = JSON.parse(stdout) as FileReport[];
  if (first === undefined || second === undefined) throw new Error(`There are no two reports: ${stdout}`);
  return { hostile: first, plain: second };
}

/** How much more CPU than a plain picture a file may take: the worst takes 6 times as much, and without our guards more than 100 times. */
const MOST_TIMES = 40;

test.each(Object.entries(bombs))(
  '%s takes no more CPU than forty plain pictures, and no 400 MB',
  async (name, drawBomb) => {
    const file = join(folder, name.replaceAll(/\W+/g, '-'));
    await writeFile(file, await drawBomb());
    const reports = await deriveApart(file);
    expect(reports.hostile.outcome).toMatch(/^(accepted|refused)$/);
    expect(reports.plain.outcome).toBe('accepted');
    expect(reports.hostile.cpuMs / reports.plain.cpuMs).toBeLessThan(MOST_TIMES);
    expect(reports.hostile.peakBytes).toBeLessThan(400e6);
  },
);
