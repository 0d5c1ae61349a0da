import { KeptParts, type Unpacked } from './unpacked.ts';

/** Canvas, colour profile, animation and its frames, transparency, pixels. */
const needed: ReadonlySet<string> = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);
const headerBytes = 12;

/** Walks the chunks of a WebP. Frames are counted here, since the decoder takes a time that grows with their square. */
export function unpackWebp(file: Buffer): Unpacked {
  const parts = new KeptParts(file);
  let exif: Buffer | undefined;
  let frames = 0;
  let dropped = 0;
  const header = Buffer.from(file.subarray(0, headerBytes));
  parts.insert(header);
  for (let at = headerBytes; at < file.length;) {
    // Type, length, data, and a byte of padding after an odd length.
    const length = at + 8 <= file.length ? file.readUInt32LE(at + 4) : Infinity;
    const end = at + 8 + length + (length % 2);
    const type = file.toString('latin1', at, at + 4);
    if (needed.has(type) || end > file.length) parts.keep(at, Math.min(end, file.length));
    else dropped += end - at;
    if (type === 'ANMF') frames++;
    if (type === 'EXIF' && end <= file.length) exif ??= file.subarray(at + 8, at + 8 + length);
    at = end;
  }
  // As much smaller as it became, so that a file that was cut still says so.
  header.writeUInt32LE(Math.max(0, header.readUInt32LE(4) - dropped), 4);
  return { picture: parts.join(), frames, ...(exif && { exif }) };
}
