import type { Metadata } from 'sharp';

import type { OriginalFormat } from '../images/record.ts';
import type { CodedColours } from './containers/unpacked.ts';
import type { HeicDecoder } from './heic/decoder.ts';
import type { Pixels } from './pixels.ts';

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
  /** The colours that the container declares, where libvips ignores them. */
  coded?: CodedColours;
  /** The value of white in a decoded sample: 255, or up to 65,535. */
  white?: number;
  /** The file to decode: the original without the parts that are not its picture. */
  picture: Uint8Array;
  /** Says whether pixels are missing, where the decoder would not notice. */
  isTruncated?: () => boolean;
  /** For a picture that cannot be decoded: without a fault that a browser shows no sign of. */
  mend?: () => Uint8Array | undefined;
  /** What libvips cannot decode is decoded by this: whole, upright, in the colours of the file. */
  decodeWhole?: () => Promise<Pixels>;
};

/** The decoders that this process has in addition to libvips, and its deadline. */
export type Decoding = {
  /** Absent: HEIC is refused. */
  decodeHeic?: HeicDecoder;
  deadline?: AbortSignal;
};
