import { avifColours } from './avif-colours.ts';
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
  showAsStill(picture);
  const coded = avifColours(file);
  return { picture, ...(exif && { exif }), ...(coded && { coded }) };
}

/**
 * An animation (brand `avis`) has a still picture beside its track, which libheif opens only in a file that claims to be a still:
 * writes the brands of one over those of a sequence.
 */
function showAsStill(picture: Buffer): void {
  const end = Math.min(picture.readUInt32BE(0), picture.length - 3);
  for (let at = 8; at < end; at += 4) {
    const brand = picture.toString('latin1', at, at + 4);
    if (brand === 'avis') picture.write('avif', at, 'latin1');
    if (brand === 'msf1') picture.write('mif1', at, 'latin1');
  }
}
