import type { Metadata } from 'sharp';

import { UnacceptableImageError } from '../images/errors.ts';
import { sizeRefusal } from '../images/limits.ts';
import type { OriginalFormat } from '../images/record.ts';
import { guessKind } from './file-kind.ts';
import { sharp } from './libvips.ts';
import { limits } from './limits.ts';
import { readOrientation } from './exif.ts';
import { upright } from './orientation.ts';
import { refusals, tooManyPages } from './refusals.ts';
import { unpack } from './containers/unpack.ts';

/** An original that may be decoded. Sizes are pixels, upright. */
export type Accepted = {
  format: OriginalFormat;
  width: number;
  height: number;
  /** How the stored pixels must be turned to stand upright: 1 to 8, as EXIF counts. */
  orientation: number;
  colourSpace: Metadata['space'];
  icc?: Uint8Array;
  exif?: Uint8Array;
  /** The file to decode: the original without what is not its picture. */
  picture: Uint8Array;
};

/** The first page only; a pixel limit of its own, should a header ever say less than the decoder finds. */
export const openingOptions = { pages: 1, failOn: 'warning', limitInputPixels: limits.pixels } as const;

/**
 * Reads the header and says whether the original may be decoded at all.
 * @throws UnacceptableImageError when it is no image that we read, or one that would take too much time or memory.
 */
export async function guard(original: Uint8Array): Promise<Accepted> {
  refuse(sizeRefusal(original.byteLength));
  const { picture, exif, frames } = unpack(original);
  refuse(tooManyPages({ pages: frames }));
  const metadata = await readHeader(picture);
  const format = formatOf(metadata);
  for (const refusal of refusals) refuse(refusal(metadata));
  // An AVIF is turned by its container, and says the same again in EXIF.
  const orientation = exif && format !== 'avif' ? readOrientation(exif) : 1;
  return {
    format,
    ...upright(metadata, orientation),
    orientation,
    colourSpace: metadata.space,
    picture,
    ...(metadata.icc && { icc: metadata.icc }),
    ...(exif && { exif }),
  };
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new UnacceptableImageError(reason);
}

async function readHeader(original: Uint8Array): Promise<Metadata> {
  try {
    // Without sharp's own limit, so that it is our sentence, with the numbers in it, that refuses a size.
    return await sharp(original, { ...openingOptions, limitInputPixels: false }).metadata();
  } catch (cause) {
    throw new UnacceptableImageError(whyUnreadable(original), { cause });
  }
}

const accepted = 'only JPEG, PNG, WebP, GIF and AVIF images are accepted';
const heicReason =
  'this is a HEIC image, as iPhones take them, and it cannot be read here: export it as JPEG, or choose "Most Compatible" in the settings of the camera';

function whyUnreadable(original: Uint8Array): string {
  const kind = guessKind(original);
  if (kind === 'a HEIC image') return heicReason;
  if (kind !== undefined) return `this is ${kind}: ${accepted}`;
  return `the file is damaged, incomplete or no image at all: ${accepted}`;
}

/** As decoded: a container of the HEIF family is an AVIF only if AV1 is inside. */
function formatOf({ format, compression }: Metadata): OriginalFormat {
  if (format === 'jpeg' || format === 'png' || format === 'webp' || format === 'gif') return format;
  if (compression === 'av1') return 'avif';
  throw new UnacceptableImageError(
    compression === 'hevc' ? heicReason : `no pixels of ${format} can be read: ${accepted}`,
  );
}
