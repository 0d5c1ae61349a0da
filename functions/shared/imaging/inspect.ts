import { rgbaToThumbHash, thumbHashToRGBA } from 'thumbhash';

import { isSrgb } from './icc.ts';
import { sharp } from './libvips.ts';
import { fromPixels } from './pixels.ts';

/** The content of a file that we created, independent of its record. */
export type Inspected = {
  width: number;
  height: number;
  /** As decoded: `webp`, `avif`, … */
  format: string;
  /** The names of the metadata in the file: EXIF, XMP, …, or a colour profile other than sRGB. */
  metadata: string[];
  /** Upright as stored, in sRGB, alpha not premultiplied. */
  rgba: Uint8Array;
};

/** More than any output has. A larger file is not our output, and a few of them would fill the memory. */
const mostPixels = 10_000_000;

/** Decodes a file whole. Throws where it is none, is damaged, or shows more than 10 megapixels. */
export async function inspect(file: Uint8Array): Promise<Inspected> {
  const picture = sharp(file, { failOn: 'warning', limitInputPixels: mostPixels });
  const { exif, xmp, iptc, icc, comments, orientation = 1, format, compression } = await picture.metadata();
  const found = {
    EXIF: exif,
    XMP: xmp,
    IPTC: iptc,
    comments,
    'an orientation': orientation === 1 ? undefined : orientation,
    'a colour profile': icc && !isSrgb(icc) ? icc : undefined,
  };
  const { data, info } = await picture
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    format: compression === 'av1' ? 'avif' : format,
    metadata: Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : name)),
    rgba: data,
  };
}

type Shown = Pick<Inspected, 'width' | 'height' | 'rgba'>;

/** What a placeholder of a record shows: a thumbhash, base64. Throws where it is none. */
export function showPlaceholder(placeholder: string): Shown {
  const hash = Buffer.from(placeholder, 'base64');
  // Five bytes, then so many waves: what is shorter has no picture, and what is longer is no hash.
  if (hash.length < 6 || hash.length > 40 || hash.toString('base64') !== placeholder) {
    throw new Error(`no thumbhash in base64: ${placeholder.slice(0, 80)}`);
  }
  const { w, h, rgba } = thumbHashToRGBA(hash);
  return { width: w, height: h, rgba };
}

/** What a placeholder shows that is made of these colours, RGBA, in rows of as many as there are rows, in the shape of a picture. */
export function asPlaceholder(colours: Uint8Array, shape: { width: number; height: number }): Shown {
  const side = Math.sqrt(colours.length / 4);
  const scale = 100 / Math.max(shape.width, shape.height);
  const width = Math.max(1, Math.round(shape.width * scale));
  const height = Math.max(1, Math.round(shape.height * scale));
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * side) / height) * side + Math.floor((x * side) / width);
      rgba.set(colours.subarray(cell * 4, cell * 4 + 4), (y * width + x) * 4);
    }
  }
  return showPlaceholder(Buffer.from(rgbaToThumbHash(width, height, rgba)).toString('base64'));
}

/** A `data:` URI of what a file shows, at most 160 pixels wide and high, for people to look at. */
export async function preview({ width, height, rgba }: Shown): Promise<string> {
  const small = fromPixels({ width, height, data: rgba, channels: 4 }).resize({
    ...{ width: 160, height: 160 },
    ...{ fit: 'inside', withoutEnlargement: true },
  });
  return `data:image/webp;base64,${(await small.webp({ quality: 75 }).toBuffer()).toString('base64')}`;
}
