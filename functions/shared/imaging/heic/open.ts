import { UnacceptableImageError } from '../../images/errors.ts';
import type { Accepted, Decoding } from '../accepted.ts';
import { limits } from '../limits.ts';
import { sizeRefusals } from '../refusals.ts';
import { findBox, MalformedBoxError } from './boxes.ts';
import { codecOf, readHeader, type HeicHeader } from './header.ts';
import { readHeif, withPrimary, type HeifFile } from './items.ts';

const off =
  'this is a HEIC image, as iPhones take them, and it cannot be read here: export it as JPEG, or choose "Most Compatible" in the settings of the camera';

const refusals = [...sizeRefusals, tooManyDecodedPixels] as const;

/**
 * Accepts a HEIC as `guard` accepts the other formats; undefined for a file that is none, AVIF among them.
 * @throws UnacceptableImageError when it must not be decoded, or cannot be here: then `needs` says so.
 */
export function openHeic(original: Uint8Array, decoding: Decoding): Accepted | undefined {
  const file = Buffer.from(original.buffer, original.byteOffset, original.byteLength);
  if (file.toString('latin1', 4, 8) !== 'ftyp') return undefined;
  const heif = unlessMalformed(() => readHeif(file));
  const codec = heif && codecOf(heif);
  // The codec decides, not the brand: `mif1` is any picture in such a container.
  if (codec === 'av01' || (codec !== 'hvc1' && !hasBrandOfHeic(file))) return undefined;

  const { decodeHeic, deadline = new AbortController().signal } = decoding;
  if (decodeHeic === undefined) throw new UnacceptableImageError(off, { needs: 'heic' });
  if (codec !== undefined && codec !== 'hvc1') {
    throw new UnacceptableImageError(`this is a HEIF image with ${codec} inside: ${acceptedFormats(decoding)}`);
  }
  if (heif === undefined && isFilm(file)) {
    throw new UnacceptableImageError(
      'this HEIC holds a film and no picture of its own: export a picture of it as JPEG',
    );
  }
  const { heif: whole, header } = readCompletely(file, heif);
  for (const refusal of refusals) {
    const reason = refusal(header);
    if (reason !== undefined) throw new UnacceptableImageError(reason);
  }
  const { item, width, height, icc, colours, exif } = header;
  // libheif opens no file whose primary picture is of a kind that it does not know, as tone maps are.
  const picture = item === whole.primary ? file : withPrimary(file, whole, item);
  return {
    ...{ format: 'heic', width, height },
    // The decoder turns it, as its container says; EXIF says the same once more.
    orientation: 1,
    colourSpace: 'srgb',
    picture,
    decodeWhole: () => decodeHeic(picture, item, deadline),
    ...(icc && { icc }),
    ...(colours && { coded: { colours } }),
    ...(exif && { exif }),
  };
}

/** A picture and its transparency, each with tiles that reach a little beyond its edges; more is made to cost time. */
function tooManyDecodedPixels({ decodedPixels }: HeicHeader): string | undefined {
  if (decodedPixels <= limits.pixels * 2.2) return undefined;
  const megapixels = Math.ceil(decodedPixels / 1e6);
  return `its tiles have ${megapixels} megapixels: an image may have at most ${limits.pixels / 1e6} megapixels`;
}

/** The accepted types, for a reason. */
export function acceptedFormats({ decodeHeic }: Decoding): string {
  return `only JPEG, PNG, WebP, GIF${decodeHeic ? ', AVIF and HEIC' : ' and AVIF'} images are accepted`;
}

function hasBrandOfHeic(file: Buffer): boolean {
  return /^(hei|hev|mif1|msf1)/u.test(file.toString('latin1', 8, 12));
}

/** An image sequence (ISO/IEC 23008-12, 7) may go without a picture, as films do. */
function isFilm(file: Buffer): boolean {
  const within = [0, file.length] as const;
  return findBox(file, 'moov', ...within) !== undefined && findBox(file, 'meta', ...within) === undefined;
}

function readCompletely(file: Buffer, heif: HeifFile | undefined): { heif: HeifFile; header: HeicHeader } {
  try {
    if (heif === undefined) throw new MalformedBoxError('it has no box that names a primary picture');
    return { heif, header: readHeader(file, heif) };
  } catch (cause) {
    if (!(cause instanceof MalformedBoxError)) throw cause;
    throw new UnacceptableImageError('the HEIC file is damaged or incomplete: it cannot be decoded', { cause });
  }
}

function unlessMalformed<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedBoxError) return undefined;
    throw error;
  }
}
