import type { Metadata } from 'sharp';

import { limits } from './limits.ts';
import type { Size } from './pixels.ts';

/** Why a header alone is enough to refuse an original, in words for a person; undefined where it is not. */
export type Refusal = (header: Metadata) => string | undefined;

/** What an original may not be. The first that speaks gives the reason. */
export const refusals: readonly Refusal[] = [tooLong, tooManyPixels, tooManyPages, tooMuchMemory];

/** By size, for every format. */
export const sizeRefusals = [tooLong, tooManyPixels] as const;

function tooLong({ width, height }: Size): string | undefined {
  if (Math.max(width, height) <= limits.longestSide) return undefined;
  return `${width} x ${height} pixels: the longest side may be at most ${limits.longestSide}`;
}

function tooManyPixels({ width, height }: Size): string | undefined {
  if (width * height <= limits.pixels) return undefined;
  return `${width} x ${height} pixels: an image may have at most ${limits.pixels / 1e6} megapixels`;
}

export function tooManyPages({ pages = 1 }: { pages?: number | undefined }): string | undefined {
  if (pages <= limits.pages) return undefined;
  return `${pages} pages: an image may have at most ${limits.pages}`;
}

function tooMuchMemory(header: Metadata): string | undefined {
  if (!isDecodedWhole(header)) return undefined;
  const bytes = header.width * header.height * decodedBytesPerPixel(header);
  if (bytes <= limits.decodedBytes) return undefined;
  return `${header.width} x ${header.height} pixels take ${megabytes(bytes)} of memory, because this image can only be decoded whole: at most ${megabytes(limits.decodedBytes)}`;
}

/** JPEG and PNG are decoded row by row unless their rows come in several passes; the others are decoded whole. */
function isDecodedWhole({ format, isProgressive }: Metadata): boolean {
  return isProgressive || (format !== 'jpeg' && format !== 'png');
}

function decodedBytesPerPixel({ format, channels, depth, pages = 1 }: Metadata): number {
  if (format === 'gif') return 4; // always drawn on an RGBA canvas, whatever the output format
  if (format === 'webp' && pages > 1) return 4 * 1.5; // a canvas, and the frame that is drawn on it
  const bytes = channels * (depth === 'ushort' ? 2 : 1);
  // The decoder and the conversion to RGB hold several more copies: without this, 50 megapixels take 950 MB.
  return format === 'heif' ? bytes * 2.5 : bytes;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
