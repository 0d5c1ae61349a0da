import { rgbaToThumbHash } from 'thumbhash';

import type { Description } from '../images/record.ts';
import type { Pixels } from './pixels.ts';
import { fromPixels, toPixels } from './pixels.ts';

/** Thumbhash takes no more than this on either side, pixels. */
const thumbhashSide = 100;

/** A blurred preview of some 25 bytes, and the colour that the picture has most of: what a page shows until the picture is there. */
export async function describePixels(pixels: Pixels): Promise<Pick<Description, 'placeholder' | 'dominantColour'>> {
  const { width, height, data } = await toPixels(
    fromPixels(pixels)
      .resize({ width: thumbhashSide, height: thumbhashSide, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha(),
  );
  return {
    placeholder: Buffer.from(rgbaToThumbHash(width, height, data)).toString('base64'),
    dominantColour: dominantColour(data),
  };
}

/**
 * The mean of the most frequent colours, those that share the upper three bits of each channel; `#rrggbb`. A mean of all would be a
 * grey brown for most photographs, and one that is nowhere in the picture.
 */
function dominantColour(rgba: Uint8Array): string {
  const bins = new Map<number, { weight: number; red: number; green: number; blue: number }>();
  let largest = { weight: 0, red: 0, green: 0, blue: 0 };
  for (let i = 0; i + 3 < rgba.length; i += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(i, i + 4);
    const key = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5);
    const bin = bins.get(key) ?? { weight: 0, red: 0, green: 0, blue: 0 };
    bins.set(key, bin);
    bin.weight += alpha;
    bin.red += red * alpha;
    bin.green += green * alpha;
    bin.blue += blue * alpha;
    if (bin.weight > largest.weight) largest = bin;
  }
  const { weight, red, green, blue } = largest;
  // A picture that is transparent everywhere has no colour; white is what most pages show through it.
  if (weight === 0) return '#ffffff';
  return `#${[red, green, blue].map((sum) => hex(Math.round(sum / weight))).join('')}`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
