import { createHash } from 'node:crypto';

import type { Accepted } from './guard.ts';

/** Profiles that mean sRGB, by the SHA-256 of their bytes: to convert them would cost time and change nothing. */
const srgbProfiles: ReadonlySet<string> = new Set([]);

/**
 * Whether and when the colours of an original must be converted to sRGB. `while decoding` is the expensive way, for what has no other:
 * CMYK, with or without a profile of its own.
 */
export function conversionNeeded({ icc, colourSpace }: Accepted): 'no' | 'after shrinking' | 'while decoding' {
  if (colourSpace === 'cmyk') return 'while decoding';
  if (icc === undefined || srgbProfiles.has(createHash('sha256').update(icc).digest('hex'))) return 'no';
  return describes(icc, colourSpace) ? 'after shrinking' : 'no';
}

/** A profile's header names the colour space of its input in bytes 16 to 19. One that speaks of other pixels than these is ignored. */
function describes(icc: Uint8Array, colourSpace: Accepted['colourSpace']): boolean {
  const named = Buffer.from(icc.subarray(16, 20)).toString('latin1');
  return named === (colourSpace === 'b-w' || colourSpace === 'grey16' ? 'GRAY' : 'RGB ');
}
