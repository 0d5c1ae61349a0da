import type { Colours } from '../to-srgb.ts';
import type { CodedColours } from './unpacked.ts';

/** The chunks that say how colours are coded, by name. */
export const colourChunks: ReadonlySet<string> = new Set(['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM']);

/** gAMA of sRGB's own curve, as most files have it that say they are sRGB. In 100,000ths. */
const GAMMA_OF_SRGB = 45_455;

/**
 * How the colours of a PNG are coded, in the order of precedence of the PNG specification (third edition, section 4.3): cICP, then a
 * profile, then sRGB, then gAMA and cHRM. Undefined where libvips sees to it, or nothing is to be done.
 */
export function pngColours(chunks: ReadonlyMap<string, Buffer>): CodedColours | undefined {
  const cicp = chunks.get('cICP');
  // The matrix of a PNG is always 0 (RGB); a limited range is not drawn by browsers.
  if (cicp?.length === 4) {
    return { colours: { primaries: cicp[0] ?? 2, transfer: cicp[1] ?? 2 }, overrulesProfile: true };
  }
  if (chunks.has('iCCP') || chunks.has('sRGB')) return undefined;
  const gamma = chunks.get('gAMA')?.length === 4 ? (chunks.get('gAMA')?.readUInt32BE(0) ?? 0) : 0;
  const primaries = readChromaticities(chunks.get('cHRM'));
  if (gamma === 0 && primaries === undefined) return undefined;
  const isSrgbCurve = gamma === 0 || gamma === GAMMA_OF_SRGB;
  return {
    colours: { primaries: primaries ?? 1, transfer: isSrgbCurve ? 13 : { exponent: 100_000 / gamma } },
  };
}

/** White, red, green and blue, x and y each, in 100,000ths; undefined for what is no triangle, and for sRGB's own. */
function readChromaticities(chunk: Buffer | undefined): Exclude<Colours['primaries'], number> | undefined {
  if (chunk?.length !== 32) return undefined;
  const numbers = Array.from({ length: 8 }, (_, index) => chunk.readUInt32BE(index * 4));
  if (numbers.some((number) => number > 100_000) || numbers.every((number, at) => near(number, srgb[at] ?? 0))) {
    return undefined;
  }
  const point = (at: number): readonly [number, number] => [(numbers[at] ?? 0) / 1e5, (numbers[at + 1] ?? 0) / 1e5];
  return { white: point(0), red: point(2), green: point(4), blue: point(6) };
}

const srgb = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];

/** Writers round differently. */
function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= 20;
}
