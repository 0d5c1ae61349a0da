import { gifPixels } from './gif-pixels.ts';
import { excerptOf, type Unpacked } from './unpacked.ts';

const block = { frame: 0x2c, extension: 0x21, graphicControl: 0xf9, trailer: 0x3b } as const;
/** One transparent pixel. After the first frame, it tells the decoder that the canvas is transparent, and it changes no pixel. */
const transparentFrame = Buffer.from(
  '\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b',
  'latin1',
);

/**
 * Takes the first frame out of a GIF (GIF89a): what comes behind it, whole or damaged, is none of the picture. The frames are counted
 * as far as they can be followed.
 */
export function unpackGif(file: Buffer): Unpacked {
  const start = 13 + paletteBytes(file[10] ?? 0);
  const picture = excerptOf(file);
  picture.keep(0, start);
  let frames = 0;
  let covers = false;
  let isTruncated = (): boolean => false;
  for (let at = start; at < file.length;) {
    const kind = file[at];
    if (kind === block.extension) {
      const end = endOfBlocks(file, at + 2);
      if (end === undefined) break;
      if (frames === 0 && file[at + 1] === block.graphicControl) picture.keep(at, end);
      at = end;
    } else if (kind === block.frame && at + 10 < file.length) {
      const data = at + 10 + paletteBytes(file[at + 9] ?? 0);
      const end = endOfBlocks(file, data + 1);
      if (frames === 0) {
        const size = { width: file.readUInt16LE(at + 5), height: file.readUInt16LE(at + 7) };
        const pixels = size.width * size.height;
        isTruncated = () => end === undefined || gifPixels(file, data, pixels) < pixels;
        covers = coversCanvas(file, at);
        picture.keep(at, end ?? file.length);
      }
      frames++;
      if (end === undefined) break;
      at = end;
    } else if (kind === 0) {
      at++; // between blocks, some encoders leave a zero, which every decoder passes by
    } else {
      break;
    }
  }
  if (frames === 0) return { picture: file };
  picture.insert(covers ? Buffer.from([block.trailer]) : transparentFrame);
  return { picture: picture.finish(), frames, isTruncated };
}

function coversCanvas(file: Buffer, at: number): boolean {
  const [left, top, width, height] = [1, 3, 5, 7].map((n) => file.readUInt16LE(at + n));
  return left === 0 && top === 0 && (width ?? 0) >= file.readUInt16LE(6) && (height ?? 0) >= file.readUInt16LE(8);
}

function paletteBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Where sub-blocks end, their empty last one included; undefined where the file ends before. */
function endOfBlocks(file: Buffer, from: number): number | undefined {
  let at = from;
  for (let length = file[at]; length !== undefined; length = file[at]) {
    at += 1 + length;
    if (length === 0) return at;
  }
  return undefined;
}
