import { toSrgbMatrix, type Matrix, type Primaries } from './primaries.ts';
import { createToneMap } from './tone-map.ts';
import { decodeHlg, decodePq, decodeTransfer, encodeSrgb } from './transfer.ts';

/**
 * How the pixels of a file are to be understood: by the numbers of ITU-T H.273 ("coding-independent code points"), or, as older PNGs
 * say it, by chromaticities and the exponent that makes light of code values.
 */
export type Colours = { primaries: number | Primaries; transfer: number | { exponent: number } };

/** Pixels as a decoder gives them: full range, interleaved, alpha not premultiplied. 1 or 2 channels are grey. */
export type CodedPixels = {
  data: Uint8Array | Uint16Array;
  channels: 1 | 2 | 3 | 4;
  /** The value of white: 255, or for more bits than 8 that of all bits set. */
  white: number;
};

const PQ = 16;
const HLG = 18;

/** What HLG is graded for, and what we take PQ for: nothing in a file has to say it. cd/m². BT.2100, and BT.2390 section 5.4.1. */
const SOURCE_PEAK = 1_000;
/** White of an SDR picture beside HDR. cd/m². BT.2408, section 2. */
const REFERENCE_WHITE = 203;

// BT.709's, its older relatives', and sRGB's own. Browsers show all of them by the curve of sRGB, and so do we.
const likeSrgb: ReadonlySet<number> = new Set([1, 2, 6, 11, 12, 13, 14, 15]);
const primariesOfSrgb: ReadonlySet<number> = new Set([1, 2]);

/** Do these pixels look different from the same numbers in sRGB? 2 is "unspecified", which means sRGB. */
export function differFromSrgb({ primaries, transfer }: Colours): boolean {
  return !(
    typeof primaries === 'number' &&
    typeof transfer === 'number' &&
    primariesOfSrgb.has(primaries) &&
    likeSrgb.has(transfer)
  );
}

/**
 * Converts pixels to sRGB of 8 bits; the number of channels stays, and so does alpha. Colours outside sRGB are clipped. HDR (PQ,
 * HLG) is mapped to the range of SDR: see `tone-map.ts`.
 */
export function toSrgb({ data, channels, white }: CodedPixels, from: Colours): Uint8Array {
  const result = new Uint8Array(data.length);
  const colours = channels < 3 ? 1 : 3;
  const linearise = lineariser(from, white);
  const matrix = colours === 3 ? toSrgbMatrix(from.primaries) : undefined;
  const rgb: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < data.length; at += channels) {
    const first = data[at] ?? 0;
    rgb[0] = first;
    rgb[1] = colours === 1 ? first : (data[at + 1] ?? 0);
    rgb[2] = colours === 1 ? first : (data[at + 2] ?? 0);
    linearise(rgb);
    if (matrix) multiply(matrix, rgb);
    for (let channel = 0; channel < colours; channel++) result[at + channel] = encodeSrgb(rgb[channel] ?? 0);
    if (channels > colours) result[at + colours] = Math.round(((data[at + colours] ?? 0) * 255) / white);
  }
  return result;
}

/** Turns code values into light, in place; 1 is the white of SDR. */
function lineariser({ primaries, transfer }: Colours, white: number): (rgb: [number, number, number]) => void {
  if (transfer !== PQ && transfer !== HLG) {
    const light = tableOf(white, (value) => decodeTransfer(transfer, value));
    return (rgb) => {
      for (let channel = 0; channel < 3; channel++) rgb[channel] = light[rgb[channel] ?? 0] ?? 1;
    };
  }
  const toneMap = createToneMap(SOURCE_PEAK, REFERENCE_WHITE);
  const light = tableOf(white, transfer === PQ ? decodePq : decodeHlg);
  const [red, green, blue] = luminanceOf(primaries);
  return (rgb) => {
    for (let channel = 0; channel < 3; channel++) rgb[channel] = light[rgb[channel] ?? 0] ?? 0;
    let scale = 1;
    if (transfer === HLG) {
      // BT.2100 table 5: the opto-optical transfer of a display of 1,000 cd/m², whose gamma is 1.2.
      const luminance = red * rgb[0] + green * rgb[1] + blue * rgb[2];
      scale = luminance > 0 ? SOURCE_PEAK * luminance ** 0.2 : 0;
    }
    const brightest = Math.max(rgb[0], rgb[1], rgb[2]) * scale;
    scale *= brightest > 0 ? toneMap(brightest) / brightest / REFERENCE_WHITE : 0;
    for (let channel = 0; channel < 3; channel++) rgb[channel] = (rgb[channel] ?? 0) * scale;
  };
}

/** What each code value means, from black to white. */
function tableOf(white: number, decode: (value: number) => number): Float32Array {
  return Float32Array.from({ length: white + 1 }, (_, value) => decode(value / white));
}

/** How much each channel adds to the luminance, for HLG. BT.2100 defines it for its own primaries only. */
function luminanceOf(primaries: Colours['primaries']): readonly [number, number, number] {
  return primaries === 1 ? [0.2126, 0.7152, 0.0722] : [0.2627, 0.678, 0.0593];
}

function multiply(matrix: Matrix, rgb: [number, number, number]): void {
  const [r, g, b] = rgb;
  for (let row = 0; row < 3; row++) {
    const [x, y, z] = matrix[row] ?? [0, 0, 0];
    rgb[row] = x * r + y * g + z * b;
  }
}
