import type { Metadata } from 'sharp';

import { UnacceptableImageError } from '../images/errors.ts';
import type { OriginalFormat } from '../images/record.ts';
import { guessKind } from './file-kind.ts';
import { sharp } from './libvips.ts';
import { limits } from './limits.ts';

/** What an acceptable original tells of itself before any pixel is decoded. Sizes are pixels. */
export type Header = {
  format: OriginalFormat;
  /** Upright: after the EXIF orientation. */
  width: number;
  height: number;
  colourSpace: Metadata['space'];
  icc?: Uint8Array;
  exif?: Uint8Array;
};

/** The first page only; a pixel limit of its own, should a header ever say less than the decoder finds. */
export const openingOptions = { pages: 1, failOn: 'warning', limitInputPixels: limits.pixels } as const;

/**
 * Reads the header and says whether the original may be decoded at all.
 * @throws UnacceptableImageError when it is no image that we read, or one that would take too much time or memory.
 */
export async function guard(original: Uint8Array): Promise<Header> {
  refuseBySize(original.byteLength);
  const metadata = await readHeader(original);
  const format = formatOf(metadata);
  refuseByDimensions(metadata);
  refuseByMemory(format, metadata);
  return {
    format,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    colourSpace: metadata.space,
    ...(metadata.icc && { icc: metadata.icc }),
    ...(metadata.exif && { exif: metadata.exif }),
  };
}

function refuseBySize(bytes: number): void {
  if (bytes === 0) throw new UnacceptableImageError('the file is empty');
  if (bytes > limits.bytes) {
    throw new UnacceptableImageError(`${megabytes(bytes)}: a file may have at most ${megabytes(limits.bytes)}`);
  }
}

async function readHeader(original: Uint8Array): Promise<Metadata> {
  try {
    // Without a pixel limit, so that it is our sentence, with the numbers in it, that refuses a size.
    return await sharp(original, { ...openingOptions, limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new UnacceptableImageError(whyUnreadable(original), { cause });
  }
}

const accepted = 'only JPEG, PNG, WebP, GIF and AVIF images are accepted';
const heicReason =
  'a HEIC image (what an iPhone takes unless told otherwise) cannot be read here: export it as JPEG, or choose "Most Compatible" in the camera settings';

function whyUnreadable(original: Uint8Array): string {
  const kind = guessKind(original);
  if (kind === 'a HEIC image') return heicReason;
  if (kind !== undefined) return `this is ${kind}: ${accepted}`;
  return `the file cannot be read as an image, it is damaged, incomplete or of another kind: ${accepted}`;
}

function formatOf({ format, compression }: Metadata): OriginalFormat {
  if (format === 'jpeg' || format === 'png' || format === 'webp' || format === 'gif') return format;
  if (compression === 'av1') return 'avif';
  throw new UnacceptableImageError(compression === 'hevc' ? heicReason : `this is ${format}: ${accepted}`);
}

function refuseByDimensions({ width, height, pages = 1 }: Metadata): void {
  const size = `${width} x ${height} pixels`;
  if (Math.max(width, height) > limits.longestSide) {
    throw new UnacceptableImageError(`${size}: the longest side may be at most ${limits.longestSide}`);
  }
  if (width * height > limits.pixels) {
    throw new UnacceptableImageError(`${size}: an image may have at most ${limits.pixels / 1e6} megapixels`);
  }
  if (pages > limits.pages) {
    throw new UnacceptableImageError(`${pages} pages: an image may have at most ${limits.pages}`);
  }
}

/** JPEG and PNG are decoded row by row unless their rows come in several passes; the others are decoded whole. */
function refuseByMemory(format: OriginalFormat, metadata: Metadata): void {
  const isDecodedWhole = metadata.isProgressive || (format !== 'jpeg' && format !== 'png');
  if (!isDecodedWhole) return;
  const decodedBytes = Math.round(metadata.width * metadata.height * bytesPerPixel(format, metadata));
  if (decodedBytes > limits.decodedBytes) {
    const size = `${metadata.width} x ${metadata.height} pixels`;
    throw new UnacceptableImageError(
      `${size} decode to ${megabytes(decodedBytes)}: a ${describeWhole(format)} may have at most ${megabytes(limits.decodedBytes)}`,
    );
  }
}

function bytesPerPixel(format: OriginalFormat, { channels, depth, pages = 1 }: Metadata): number {
  if (format === 'gif') return 4; // always drawn on an RGBA canvas, whatever comes out
  if (format === 'webp' && pages > 1) return 4 * 1.5; // a canvas, and the frame that is drawn on it
  return channels * (depth === 'ushort' ? 2 : 1);
}

function describeWhole(format: OriginalFormat): string {
  if (format === 'jpeg') return 'progressive JPEG';
  if (format === 'png') return 'interlaced PNG';
  return { webp: 'WebP', gif: 'GIF', avif: 'AVIF' }[format];
}

function megabytes(bytes: number): string {
  return `${(Math.ceil(bytes / 1e5) / 10).toString()} MB`;
}
