import { unpackAvif } from './avif.ts';
import { unpackGif } from './gif.ts';
import { unpackJpeg } from './jpeg.ts';
import { unpackPng } from './png.ts';
import type { Unpacked } from './unpacked.ts';
import { unpackWebp } from './webp.ts';

export type { Unpacked } from './unpacked.ts';

const unpackers: readonly { signature: string; offset: number; unpack: (file: Buffer) => Unpacked }[] = [
  { signature: '\xff\xd8\xff', offset: 0, unpack: unpackJpeg },
  { signature: '\x89PNG\r\n\x1a\n', offset: 0, unpack: unpackPng },
  { signature: 'GIF8', offset: 0, unpack: unpackGif },
  { signature: 'WEBP', offset: 8, unpack: unpackWebp },
  { signature: 'ftyp', offset: 4, unpack: unpackAvif },
];

/**
 * Takes the picture out of all that a file may carry beside it. libvips opens each note it finds, and some of them are traps: 60 KB of
 * EXIF keep it busy for half a minute, 8 MB of compressed PNG text take six gigabytes, 25 MB of empty JPEG segments two.
 * What has none of the known signatures comes back as it is.
 */
export function unpack(original: Uint8Array): Unpacked {
  const file = Buffer.from(original.buffer, original.byteOffset, original.byteLength);
  const start = file.toString('latin1', 0, 16);
  const known = unpackers.find(({ signature, offset }) => start.startsWith(signature, offset));
  return known ? known.unpack(file) : { picture: file };
}
