import type { Accepted, Decoding } from './accepted.ts';
import type { Metadata } from 'sharp';

import { UnacceptableImageError } from '../images/errors.ts';
import { sizeRefusal } from '../images/original-size.ts';
import type { OriginalFormat } from '../images/record.ts';
import { guessKind } from './file-kind.ts';
import { acceptedFormats, openHeic } from './heic/open.ts';
import { sharp } from './libvips.ts';
import { limits } from './limits.ts';
import { readOrientation } from './exif.ts';
import { upright } from './orientation.ts';
import { refusals, tooManyPages } from './refusals.ts';
import { unpack } from './containers/unpack.ts';

/** The first page only; a pixel limit of its own, should a header ever say less than the decoder finds. */
export const openingOptions = { pages: 1, failOn: 'warning', limitInputPixels: limits.pixels } as const;

/**
 * Reads the header and says whether the original may be decoded at all.
 * @throws UnacceptableImageError when it is no image that we read, or one that would take too much time or memory.
 */
export async function guard(original: Uint8Array, decoding: Decoding = {}): Promise<Accepted> {
  refuse(sizeRefusal(original.byteLength));
  const heic = openHeic(original, decoding);
  if (heic !== undefined) return heic;
  const { picture, exif, frames, coded, refusal: refusedAs, isTruncated, mend } = unpack(original);
  refuse(refusedAs);
  refuse(tooManyPages({ pages: frames }));
  const metadata = await readHeader(picture, decoding);
  const format = formatOf(metadata, decoding);
  for (const refusal of refusals) refuse(refusal(metadata));
  // An AVIF is turned by its container, and says the same again in EXIF.
  const orientation = exif && format !== 'avif' ? readOrientation(exif) : 1;
  return {
    format,
    ...upright(metadata, orientation),
    orientation,
    colourSpace: metadata.space,
    picture,
    ...(metadata.icc && !coded?.overrulesProfile && { icc: metadata.icc }),
    ...(exif && { exif }),
    ...(coded && { coded }),
    ...(isTruncated && { isTruncated }),
    ...(mend && { mend }),
    white: whiteOf(metadata),
  };
}

/** libvips shifts samples of 10 and 12 bits up to 16, so that white is a little less than 65,535. */
function whiteOf({ depth, bitsPerSample = 8 }: Metadata): number {
  return depth === 'ushort' ? (2 ** bitsPerSample - 1) * 2 ** Math.max(0, 16 - bitsPerSample) : 255;
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new UnacceptableImageError(reason);
}

async function readHeader(original: Uint8Array, decoding: Decoding): Promise<Metadata> {
  try {
    // Without sharp's own limit, so that it is our sentence, with the numbers in it, that refuses a size.
    return await sharp(original, { ...openingOptions, limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new UnacceptableImageError(whyUnreadable(original, decoding), { cause });
  }
}

function whyUnreadable(original: Uint8Array, decoding: Decoding): string {
  const kind = guessKind(original);
  if (kind !== undefined) return `this is ${kind}: ${acceptedFormats(decoding)}`;
  return `the file is damaged, incomplete or no image at all: ${acceptedFormats(decoding)}`;
}

/** As decoded: a container of the HEIF family is an AVIF only if AV1 is inside. */
function formatOf({ format, compression }: Metadata, decoding: Decoding): OriginalFormat {
  if (format === 'jpeg' || format === 'png' || format === 'webp' || format === 'gif') return format;
  if (compression === 'av1') return 'avif';
  throw new UnacceptableImageError(`no pixels of ${format} can be read: ${acceptedFormats(decoding)}`);
}
