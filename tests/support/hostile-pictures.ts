import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Little-endian bytes of numbers, `[value, bytes]` each, between texts (Latin-1) and bytes as they are. */
function pack(...parts: readonly (string | Uint8Array | readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1');
      if (part instanceof Uint8Array) return part;
      const number = Buffer.alloc(part[1]);
      number.writeUIntLE(part[0], 0, part[1]);
      return number;
    }),
  );
}

function repeated(bytes: Buffer, times: number): Buffer {
  return Buffer.alloc(bytes.length * times, bytes);
}

/** A GIF of some 43 bytes whose one frame, of a single pixel, lies on a canvas of any size; or `frames` such frames. */
export function gifOnCanvas(width: number, height: number, frames = 1): Buffer {
  const frame = pack(',', [0, 4], [1, 2], [1, 2], [0, 1], '\x02\x02\x44\x01\0');
  const palette = pack([0, 3], [0xffffff, 3]);
  return pack('GIF89a', [width, 2], [height, 2], '\x80\0\0', palette, repeated(frame, frames), ';');
}

/** A GIF whose one frame fills the canvas, and whose data ends at once. */
export function gifOfOneFrame(width: number, height: number): Buffer {
  return pack(
    'GIF89a',
    [width, 2],
    [height, 2],
    '\x80\0\0',
    [0, 3],
    [0xffffff, 3],
    ',',
    [0, 4],
    [width, 2],
    [height, 2],
    '\0\x02\x02\x44\x01\0;',
  );
}

/** A GIF whose one frame is coded as long as can be: each pixel forgets all words before it. */
export function gifOfLongFrame(width: number, height: number, bytes: number): Buffer {
  // Codes of 3 bits: 4 forgets all words, 0 is a pixel; eight codes in three bytes.
  const block = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, Buffer.from([0x04, 0x41, 0x10]))]);
  const start = gifOfOneFrame(width, height).subarray(0, -5);
  return pack(start, '\x02', Buffer.alloc(bytes, block), '\0;');
}

type PngOptions = { colourType?: 0 | 2 | 6; depth?: 8 | 16; interlaced?: boolean; extraChunks?: readonly Buffer[] };

/** A valid PNG of zeros, which deflate makes a thousand times smaller. */
export function pngOfZeros(width: number, height: number, options: PngOptions = {}): Buffer {
  const { colourType = 0, depth = 8, interlaced = false, extraChunks = [] } = options;
  const bytesPerPixel = { 0: 1, 2: 3, 6: 4 }[colourType] * (depth / 8);
  const rows = (w: number, h: number): number => (w === 0 ? 0 : h * (1 + w * bytesPerPixel));
  const passes = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ] as const;
  const bytes = interlaced
    ? passes.reduce((sum, [x, y, dx, dy]) => sum + rows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)), 0)
    : rows(width, height);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  return pack(
    '\x89PNG\r\n\x1a\n',
    pngChunk('IHDR', header),
    ...extraChunks,
    pngChunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  );
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = pack(type, data);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return pack(length, body, check);
}

/** A lossless WebP of one colour: each of its five codes has a single symbol of no bits, so that no size needs more data than this. */
export function webpOfOneColour(width: number, height: number): Buffer {
  return riff(pack('VP8L', ...chunkBody(losslessImage(width, height))));
}

/** An animated WebP of frames of one colour, all as large as the canvas. */
export function animatedWebp(width: number, height: number, frames: number): Buffer {
  const image = pack('VP8L', ...chunkBody(losslessImage(width, height)));
  const frame = pack('ANMF', ...chunkBody(pack([0, 6], [width - 1, 3], [height - 1, 3], [100, 3], [0, 1], image)));
  const canvas = pack('VP8X', ...chunkBody(pack([0x12, 4], [width - 1, 3], [height - 1, 3])));
  return riff(pack(canvas, 'ANIM', ...chunkBody(pack([0, 6])), repeated(frame, frames)));
}

function losslessImage(width: number, height: number): Buffer {
  // Signature; 14 bits each of width and height, less one; then alpha, version, transforms, colour cache, meta codes: all 0.
  const bits: (0 | 1)[] = [];
  const put = (value: number, count: number): void => {
    for (let n = 0; n < count; n++) bits.push(((value >> n) & 1) as 0 | 1);
  };
  put(width - 1, 14);
  put(height - 1, 14);
  put(0, 1 + 3 + 1 + 1 + 1);
  for (let code = 0; code < 5; code++) put(0b0001, 4); // simple, one symbol, of one bit: 0
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8) + 2);
  bits.forEach((bit, n) => (bytes[n >> 3] = (bytes[n >> 3] ?? 0) | (bit << (n & 7))));
  return pack('\x2f', bytes);
}

function chunkBody(data: Buffer): [readonly [number, number], Buffer, Buffer] {
  return [[data.length, 4], data, Buffer.alloc(data.length % 2)];
}

function riff(chunks: Buffer): Buffer {
  return pack('RIFF', [chunks.length + 4, 4], 'WEBP', chunks);
}

/** A JPEG whose frame header claims another size than its data has. */
export async function jpegClaiming(width: number, height: number, progressive = false): Promise<Buffer> {
  const jpeg = await drawPlain(64, 64).jpeg({ progressive }).toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, progressive ? 0xc2 : 0xc0]));
  jpeg.writeUInt16BE(height, frame + 5);
  jpeg.writeUInt16BE(width, frame + 7);
  return jpeg;
}

/** A progressive JPEG that repeats its last scan many times: each costs a pass over the whole picture. */
export async function jpegOfManyScans(width: number, height: number, scans: number): Promise<Buffer> {
  const jpeg = await drawPlain(width, height).jpeg({ progressive: true }).toBuffer();
  const lastScan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const end = jpeg.length - 2;
  return Buffer.concat([jpeg.subarray(0, end), repeated(jpeg.subarray(lastScan, end), scans), jpeg.subarray(end)]);
}

/** An AVIF whose container claims another size than its picture has. */
export async function avifClaiming(width: number, height: number, actual = 64): Promise<Buffer> {
  const avif = await drawPlain(actual, actual).avif({ effort: 0 }).toBuffer();
  for (let at = avif.indexOf('ispe'); at !== -1; at = avif.indexOf('ispe', at + 1)) {
    avif.writeUInt32BE(width, at + 8);
    avif.writeUInt32BE(height, at + 12);
  }
  return avif;
}

/**
 * An EXIF block whose entries, 200 of them, are directories and texts that begin where the block begins and take all of it: a reader
 * that follows each of them never comes to an end.
 */
export function exifMaze(bytes: number): Buffer {
  const entries = 200;
  const block = Buffer.alloc(bytes);
  block.write('II*\0\x08\0\0\0', 'latin1');
  block.writeUInt16LE(entries, 8);
  for (let n = 0; n < entries; n++) {
    // Make, Model; then the pointers to the Exif, GPS and interoperability directories.
    const [tag = 0, type = 0, count = 0] =
      [
        [0x010f, 2, bytes - 9],
        [0x0110, 1, bytes - 9],
        [0x8769, 4, 1],
        [0x8825, 4, 1],
        [0xa005, 4, 1],
      ][n % 5] ?? [];
    const entry = pack([tag, 2], [type, 2], [count, 4], [8, 4]);
    entry.copy(block, 10 + n * entry.length);
  }
  return block;
}

export async function jpegWithExif(exif: Buffer): Promise<Buffer> {
  const jpeg = await drawPlain(64, 64).jpeg().toBuffer();
  const header = Buffer.from('\xff\xe1\0\0Exif\0\0', 'latin1');
  header.writeUInt16BE(header.length - 2 + exif.length, 2);
  return pack(jpeg.subarray(0, 2), header, exif, jpeg.subarray(2));
}

/** Has sharp write EXIF of the same length, and puts this in its place: the offsets of the container stay right. */
export async function avifWithExif(exif: Buffer): Promise<Buffer> {
  const filler = 'x'.repeat(exif.length);
  const avif = await drawPlain(64, 64)
    .withExif({ IFD0: { ImageDescription: filler } })
    .avif({ effort: 0 })
    .toBuffer();
  const start = avif.lastIndexOf('II*\0', avif.indexOf(filler.slice(0, 100)), 'latin1');
  exif.copy(avif, start);
  return avif;
}

/** A JPEG with as many empty segments as fit into so many bytes. */
export async function jpegOfEmptySegments(bytes: number): Promise<Buffer> {
  const jpeg = await drawPlain(64, 64).jpeg().toBuffer();
  return pack(jpeg.subarray(0, 2), repeated(Buffer.from([0xff, 0xe1, 0, 2]), Math.floor(bytes / 4)), jpeg.subarray(2));
}

function drawPlain(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: '#446688' } });
}
