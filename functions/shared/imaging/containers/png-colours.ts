import { toSrgbMatrix, type Primaries } from '../primaries.ts';
import type { Colours } from '../to-srgb.ts';
import type { CodedColours } from './unpacked.ts';

/** The chunks that say how colours are coded, by name. They count only before the pixels. */
export const colourChunks: ReadonlySet<string> = new Set(['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM']);

/**
 * The numbers of television's curves, which say how a camera makes code values of light. In a PNG, browsers show them as a screen of
 * television does: by an exponent of 2.4 (ITU-R BT.1886 with a black of 0). In an AVIF they take them for the curve of sRGB.
 */
const television: ReadonlySet<number> = new Set([1, 6, 11, 14, 15]);
const EXPONENT_OF_TELEVISION = 2.4;

/** What libpng accepts, in 100,000ths. */
const GAMMA_RANGE = { least: 16, most: 625_000_000 } as const;

/** gAMA has only exponents. About 2.2 means the curve of sRGB, unless a cHRM says more. */
const EXPONENT_OF_SRGB = { least: 2.1, most: 2.3 } as const;

/**
 * How the colours of a PNG are coded, in the order of precedence of the PNG specification (third edition, section 4.3): cICP, then a
 * profile, then sRGB, then gAMA with cHRM, which browsers ignore alone. Undefined where libvips sees to it, or nothing is to be done.
 */
export function pngColours(chunks: ReadonlyMap<string, Buffer>): CodedColours | undefined {
  const cicp = chunks.get('cICP');
  // The matrix of a PNG is always 0 (RGB); a limited range is not drawn by browsers.
  if (cicp?.length === 4) {
    const [primaries = 2, transfer = 2] = cicp;
    const curve = television.has(transfer) ? { exponent: EXPONENT_OF_TELEVISION } : transfer;
    return { colours: { primaries, transfer: curve }, overrulesProfile: true };
  }
  if (chunks.has('iCCP') || chunks.has('sRGB')) return undefined;
  const gamma = chunks.get('gAMA')?.length === 4 ? (chunks.get('gAMA')?.readUInt32BE(0) ?? 0) : 0;
  if (gamma < GAMMA_RANGE.least || gamma > GAMMA_RANGE.most) return undefined;
  const colours = byGamma(100_000 / gamma, chunks.get('cHRM'));
  return colours && { colours };
}

function byGamma(exponent: number, chromaticities: Buffer | undefined): Colours | undefined {
  if (chromaticities === undefined) {
    const isSrgb = exponent >= EXPONENT_OF_SRGB.least && exponent <= EXPONENT_OF_SRGB.most;
    return isSrgb ? undefined : { primaries: 1, transfer: { exponent } };
  }
  const primaries = readChromaticities(chromaticities);
  return primaries && { primaries, transfer: { exponent } };
}

/** White, red, green and blue, x and y each, in 100,000ths; undefined for what spans no triangle. */
function readChromaticities(chunk: Buffer): Primaries | undefined {
  if (chunk.length !== 32) return undefined;
  const point = (at: number): readonly [number, number] => [
    chunk.readUInt32BE(at * 8) / 1e5,
    chunk.readUInt32BE(at * 8 + 4) / 1e5,
  ];
  const primaries = { white: point(0), red: point(1), green: point(2), blue: point(3) };
  return toSrgbMatrix(primaries) === undefined ? undefined : primaries;
}
