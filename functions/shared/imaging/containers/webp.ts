import { excerptOf, type Unpacked } from './unpacked.ts';

/** Canvas, colour profile, animation and its frames, transparency, pixels. */
const needed: ReadonlySet<string> = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);
const headerBytes = 12;

/** Walks the chunks of a WebP. Frames are counted here, since the decoder takes a time that grows with their square. */
export function unpackWebp(file: Buffer): Unpacked {
  const excerpt = excerptOf(file);
  let exif: Buffer | undefined;
  let frames = 0;
  let dropped = 0;
  excerpt.keep(0, headerBytes);
  for (let at = headerBytes; at < file.length;) {
    // Type, length, data, and a byte of padding after an odd length.
    const start = at + 8;
    const length = start <= file.length ? file.readUInt32LE(at + 4) : Infinity;
    const end = start + length + (length % 2);
    const isCut = start + length > file.length;
    const type = file.toString('latin1', at, at + 4);
    if (isCut) excerpt.keep(at, file.length);
    else if (needed.has(type)) excerpt.keep(at, Math.min(end, file.length));
    else dropped += end - at;
    if (type === 'ANMF') frames++;
    if (type === 'EXIF' && !isCut) exif ??= file.subarray(start, start + length);
    at = end;
  }
  return { picture: shortened(excerpt.finish(), dropped), frames, ...(exif && { exif }) };
}

/** With the size in its header as much smaller as the file became: one that was cut still says so. */
function shortened(picture: Buffer, dropped: number): Buffer {
  if (dropped === 0 || picture.length < headerBytes) return picture;
  const copy = Buffer.from(picture);
  copy.writeUInt32LE(Math.max(0, copy.readUInt32LE(4) - dropped), 4);
  return copy;
}
