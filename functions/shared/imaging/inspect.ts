import { isSrgb } from './icc.ts';
import { sharp } from './libvips.ts';
import { fromPixels } from './pixels.ts';

/** What is in a file that we have made, whatever the record says of it. */
export type Inspected = {
  width: number;
  height: number;
  /** As decoded: `webp`, `avif`, … */
  format: string;
  /** The names of what it tells besides the picture: EXIF, XMP, …, or a colour profile other than sRGB. */
  metadata: string[];
  /** Upright as stored, in sRGB, alpha not premultiplied. */
  rgba: Uint8Array;
};

/** Decodes a file whole. Throws where it is none, or is damaged. */
export async function inspect(file: Uint8Array): Promise<Inspected> {
  const picture = sharp(file, { failOn: 'warning' });
  const { exif, xmp, iptc, icc, comments, orientation = 1, format, compression } = await picture.metadata();
  const told = {
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
    metadata: Object.entries(told).flatMap(([name, value]) => (value === undefined ? [] : name)),
    rgba: data,
  };
}

/** A `data:` URI of what a file shows, at most 160 pixels wide, for people to look at. */
export async function preview({ width, height, rgba }: Pick<Inspected, 'width' | 'height' | 'rgba'>): Promise<string> {
  const small = fromPixels({ width, height, data: rgba, channels: 4 }).resize({ width: 160, withoutEnlargement: true });
  return `data:image/webp;base64,${(await small.webp({ quality: 75 }).toBuffer()).toString('base64')}`;
}
