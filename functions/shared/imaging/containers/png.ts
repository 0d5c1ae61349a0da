import { colourChunks, pngColours } from './png-colours.ts';
import { excerptOf, type Unpacked } from './unpacked.ts';

/** Size, palette, transparency, colour profile, pixels, end. A few megabytes of compressed text could become gigabytes. */
const needed: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'iCCP', 'IDAT', 'IEND']);
const signatureBytes = 8;

/** Walks the chunks of a PNG; of an animated one, the picture is what a viewer shows that knows nothing of animation. */
export function unpackPng(file: Buffer): Unpacked {
  const picture = excerptOf(file);
  let exif: Buffer | undefined;
  const colours = new Map<string, Buffer>();
  let hasPixels = false;
  picture.keep(0, signatureBytes);
  for (let at = signatureBytes; at < file.length;) {
    // Length, type, data, checksum.
    const end = at + 12 <= file.length ? at + 12 + file.readUInt32BE(at) : Infinity;
    const type = file.toString('latin1', at + 4, at + 8);
    if (end > file.length) {
      picture.keep(at, file.length);
      break;
    }
    if (needed.has(type)) picture.keep(at, end);
    if (type === 'IDAT') hasPixels = true;
    if (colourChunks.has(type) && !hasPixels && !colours.has(type)) colours.set(type, file.subarray(at + 8, end - 4));
    if (type === 'eXIf') exif ??= file.subarray(at + 8, end - 4);
    if (type === 'IEND') break;
    at = end;
  }
  const coded = pngColours(colours);
  return { picture: picture.finish(), ...(exif && { exif }), ...(coded && { coded }) };
}
