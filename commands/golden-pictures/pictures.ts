import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

import sharp, { type Exif, type Sharp } from 'sharp';

import { drawGaudyLandscape, drawGreyLandscape, drawLandscape, drawSign, type Scene } from './scenes.ts';

/** How far, CIEDE2000, the colours of an output may be from the scene's: the mean over the picture, and its worst place. */
export type Bounds = { mean: number; worst: number };

/** The expected result for a picture: it shows a scene, or it is rejected with a reason that matches. */
export type Golden = { name: string; draw: () => Promise<Buffer> } & (
  { scene: string; format: string; bounds: Bounds; exif?: Record<string, string | number> } | { reason: string }
);

/**
 * What the pictures show. Small, so that a release costs seconds, but for one that is wider than every output. Sides are multiples of
 * 16, as the cells of expected.ts want it.
 */
export const scenes: Readonly<Record<string, () => Promise<Scene>>> = {
  landscape: () => drawLandscape(160, 112),
  panorama: () => drawLandscape(2_112, 528),
  gaudy: () => drawGaudyLandscape(160, 112),
  grey: () => drawGreyLandscape(160, 112),
  sign: () => drawSign(160, 112),
};

/**
 * Correct pictures come out at 0.3 to 1.0 in the mean, and up to 6 at the worst of 256 places; half the quality adds 0.3. The smallest defects of colour that anybody would mind, an ignored profile or a picture that is a tenth darker, are
 * beyond 3 in the mean; a turn, a mirroring or a black picture beyond 20. A place that is torn or blank is beyond 30.
 */
const close: Bounds = { mean: 2, worst: 20 };

/** In the smallest output, 32 pixels high, an edge weighs more: correct ones come out at 1.4 in the mean, and at 11 at worst. */
const narrow: Bounds = { mean: 3, worst: 25 };

/** Ink has fewer colours than a screen, and which of them it has depends on who converts: 3 to 4, where an inverted picture is at 50. */
const asInk: Bounds = { mean: 6, worst: 20 };

/** As EXIF counts: how the upright picture is turned clockwise to be stored, and then mirrored left to right. */
const stored = [
  { degrees: 0, mirrored: false },
  { degrees: 0, mirrored: true },
  { degrees: 180, mirrored: false },
  { degrees: 180, mirrored: true },
  { degrees: 90, mirrored: true },
  { degrees: 270, mirrored: false },
  { degrees: 270, mirrored: true },
  { degrees: 90, mirrored: false },
];

const camera: Exif = {
  IFD0: { Make: 'Nowhere', Model: 'Nowhere Golden I', Artist: 'Mona' },
  IFD2: {
    DateTimeOriginal: '2026:05:01 12:30:00',
    ExposureTime: '1/250',
    FNumber: '80/10',
    ISOSpeedRatings: '100',
    FocalLength: '35/1',
    BodySerialNumber: '4711',
  },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1', GPSLongitudeRef: 'E', GPSLongitude: '13/1 24/1 18/1' },
};

/** Of the above, what a record may say in public. */
const publicExif = {
  camera: 'Nowhere Golden I',
  exposureTime: '1/250',
  fNumber: 8,
  iso: 100,
  focalLength: 35,
  takenAt: '2026-05-01T12:30:00',
};

const xmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31.2N"/></rdf:RDF></x:xmpmeta>';

export const pictures: readonly Golden[] = [
  ...stored.map(({ degrees, mirrored }, n): Golden => ({
    name: `orientation-${n + 1}.jpg`,
    ...{ scene: 'landscape', format: 'jpeg', bounds: close, exif: publicExif },
    draw: async () => {
      const turned = await (await opaque('landscape')).rotate(degrees).png().toBuffer();
      return sharp(turned)
        .flop(mirrored)
        .withMetadata({ orientation: n + 1 })
        .withExifMerge(camera)
        .withXmp(xmp)
        .jpeg({ quality: 88 })
        .toBuffer();
    },
  })),
  {
    name: 'cmyk.jpg',
    // Without a profile: that alone would be larger than all these pictures together.
    ...{ scene: 'landscape', format: 'jpeg', bounds: asInk },
    draw: async () => (await opaque('landscape')).toColourspace('cmyk').jpeg({ quality: 88 }).toBuffer(),
  },
  {
    name: 'display-p3.jpg',
    ...{ scene: 'gaudy', format: 'jpeg', bounds: close },
    draw: async () => (await opaque('gaudy')).withIccProfile('p3').jpeg({ quality: 92 }).toBuffer(),
  },
  {
    name: 'progressive.jpg',
    ...{ scene: 'panorama', format: 'jpeg', bounds: narrow },
    draw: async () => (await opaque('panorama')).jpeg({ quality: 80, progressive: true }).toBuffer(),
  },
  {
    name: 'alpha.png',
    ...{ scene: 'sign', format: 'png', bounds: close },
    draw: async () =>
      fromPixels(await sceneOf('sign'))
        .png({ compressionLevel: 9 })
        .toBuffer(),
  },
  {
    name: 'grey.jpg',
    ...{ scene: 'grey', format: 'jpeg', bounds: close },
    draw: async () => (await opaque('grey')).toColourspace('b-w').jpeg({ quality: 88 }).toBuffer(),
  },
  {
    name: 'turned.webp',
    ...{ scene: 'landscape', format: 'webp', bounds: close },
    draw: async () => (await onItsSide('landscape')).withMetadata({ orientation: 6 }).webp({ quality: 90 }).toBuffer(),
  },
  {
    name: 'turned.avif',
    ...{ scene: 'landscape', format: 'avif', bounds: close },
    // Its container turns it, and EXIF says the same once more: who obeys both turns it twice.
    draw: async () => (await onItsSide('landscape')).withMetadata({ orientation: 6 }).avif({ quality: 75 }).toBuffer(),
  },
  {
    name: 'turned.heic',
    // Turned as the AVIF is, in Display P3, half transparent, with a place in EXIF; rejected where the parameter Heic is off.
    ...{ scene: 'sign', format: 'heic', bounds: close, exif: publicExif },
    // sharp writes no HEVC: tests/fixtures/heic/draw.py has drawn it.
    draw: () => readFile(join(import.meta.dirname, 'turned.heic')),
  },
  {
    name: 'animated.gif',
    ...{ scene: 'landscape', format: 'gif', bounds: close },
    draw: drawAnimation,
  },
  {
    name: 'truncated.jpg',
    reason: 'damaged|incomplete',
    draw: async () => {
      const whole = await (await opaque('landscape')).jpeg({ quality: 88 }).toBuffer();
      return whole.subarray(0, Math.round(whole.length * 0.6));
    },
  },
  { name: 'bomb.png', reason: 'pixels', draw: drawBomb },
];

const drawnScenes = new Map<string, Promise<Scene>>();

export function sceneOf(name: string): Promise<Scene> {
  const draw = scenes[name];
  if (draw === undefined) throw new Error(`there is no scene ${name}`);
  const drawn = drawnScenes.get(name) ?? draw();
  drawnScenes.set(name, drawn);
  return drawn;
}

export function fromPixels({ width, height, rgba }: Scene): Sharp {
  return sharp(rgba, { raw: { width, height, channels: 4 } });
}

async function opaque(scene: string): Promise<Sharp> {
  return fromPixels(await sceneOf(scene)).removeAlpha();
}

/** As a camera stores it that was held upright: EXIF's orientation 6. */
async function onItsSide(scene: string): Promise<Sharp> {
  return sharp(await (await opaque(scene)).rotate(270).png().toBuffer());
}

/** Three frames: the landscape, then nothing but black. */
async function drawAnimation(): Promise<Buffer> {
  const { width, height } = await sceneOf('landscape');
  const first = await (await opaque('landscape')).raw().toBuffer();
  const frames = Buffer.concat([first, Buffer.alloc(first.length * 2)]);
  const raw = { width, height: height * 3, channels: 3, pageHeight: height } as const;
  return sharp(frames, { raw }).gif({ dither: 0.5 }).toBuffer();
}

/** A valid PNG of some 20 KB, one bit a pixel, that decodes to 144 megapixels of black. */
function drawBomb(): Promise<Buffer> {
  const side = 12_000;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(side * (1 + side / 8)), { level: 9 });
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const chunks = [chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))];
  return Promise.resolve(Buffer.concat([signature, ...chunks]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
