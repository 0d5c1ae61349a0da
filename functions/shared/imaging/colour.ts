import type { Accepted } from './accepted.ts';
import { isSrgb, pixelSpaceOf } from './icc.ts';

/**
 * Whether and when the colours of an original must be converted to sRGB. `while decoding` is the expensive way, for what has no other:
 * CMYK, with or without a profile of its own. A profile that speaks of other pixels than these is ignored.
 */
export function conversionNeeded({ icc, colourSpace }: Accepted): 'no' | 'after shrinking' | 'while decoding' {
  if (colourSpace === 'cmyk') return 'while decoding';
  const pixelSpace = isGrey(colourSpace) ? 'GRAY' : 'RGB ';
  if (icc === undefined || pixelSpaceOf(icc) !== pixelSpace || isSrgb(icc)) return 'no';
  return 'after shrinking';
}

export function isGrey(colourSpace: Accepted['colourSpace']): boolean {
  return colourSpace === 'b-w' || colourSpace === 'grey16';
}
