import { pngChunk } from './hostile-pictures.ts';

const END_OF_HEADER = 8 + 12 + 13;

/** A PNG with more chunks right after its header. */
export function withColourChunks(png: Buffer, ...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, END_OF_HEADER), ...chunks, png.subarray(END_OF_HEADER)]);
}

/** By numbers of ITU-T H.273; RGB, in full range. */
export function cicp(primaries: number, transfer: number): Buffer {
  return pngChunk('cICP', Buffer.from([primaries, transfer, 0, 1]));
}

/** The exponent that makes code values of light. */
export function gamma(exponent: number): Buffer {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(Math.round(exponent * 100_000));
  return pngChunk('gAMA', data);
}

/** White, red, green, blue: x and y each. */
export function chromaticities(...xy: readonly number[]): Buffer {
  const data = Buffer.alloc(32);
  for (const [n, value] of xy.entries()) data.writeUInt32BE(Math.round(value * 100_000), n * 4);
  return pngChunk('cHRM', data);
}

export const adobeRgb = chromaticities(0.3127, 0.329, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06);
export const srgbChromaticities = chromaticities(0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06);
export const srgbChunk = pngChunk('sRGB', Buffer.from([0]));
