import type { Sharp } from 'sharp';

import type { Size } from './pixels.ts';

/** What brings each EXIF orientation upright: mirrored first, then turned clockwise by degrees. */
const corrections: readonly { mirror?: 'flip' | 'flop'; degrees?: 90 | 180 | 270 }[] = [
  {},
  { mirror: 'flop' },
  { degrees: 180 },
  { mirror: 'flip' },
  { mirror: 'flip', degrees: 90 },
  { degrees: 90 },
  { mirror: 'flop', degrees: 90 },
  { degrees: 270 },
];

/** The other way between stored and upright size: the sides change places in the orientations 5 to 8. */
export function upright({ width, height }: Size, orientation: number): Size {
  return orientation < 5 ? { width, height } : { width: height, height: width };
}

/**
 * Turns a picture upright, after it was resized: sharp mirrors before it turns, in whatever order it is told to. Turning first would
 * decode all of the original into memory.
 */
export function turn(pipeline: Sharp, orientation: number): Sharp {
  const { mirror, degrees } = corrections[orientation - 1] ?? {};
  const mirrored = mirror === undefined ? pipeline : pipeline[mirror]();
  return degrees === undefined ? mirrored : mirrored.rotate(degrees);
}
