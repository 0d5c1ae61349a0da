import { exifItem } from './avif-items.ts';
import type { Unpacked } from './unpacked.ts';

/**
 * An AVIF is a web of offsets, from which nothing can be cut without moving the rest. So its EXIF block stays, but under a type that
 * the decoder does not open.
 */
export function unpackAvif(file: Buffer): Unpacked {
  const exif = exifItem(file);
  const picture = Buffer.from(file);
  for (let at = file.indexOf('infe'); at !== -1; at = file.indexOf('infe', at + 4)) {
    // After the box's name: version and flags, then an item's number, of 2 bytes up to version 2 and else of 4, then 2 bytes, then the type.
    const type = at + 8 + ((file[at + 4] ?? 0) < 3 ? 4 : 6);
    if (file.toString('latin1', type, type + 4) === 'Exif') picture.write('free', type, 'latin1');
  }
  return { picture, ...(exif && { exif }) };
}
