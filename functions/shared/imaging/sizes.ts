import type { OutputSpec } from '../images/recipe.ts';
import type { Size } from './pixels.ts';

/** WebP holds no more than 14 bits of height, and AVIF little more. */
const tallest = 16_383;

/** Of one output; only pictures more than twice as high as wide reach it. A larger AVIF takes too many seconds and megabytes. */
const mostPixels = 10_000_000;

/** An output of a recipe with its size for one original, in pixels. */
export type SizedOutput = OutputSpec & Size;

/**
 * How large each output of an original becomes: never enlarged, never 0 pixels, never the same twice. An original narrower than
 * some widths gets one output of its own width for all of them.
 */
export function sizeOutputs(original: Size, specs: readonly OutputSpec[]): SizedOutput[] {
  const sized = specs.map((spec) => ({ ...sizeWithin(spec.width, original), format: spec.format }));
  return [...new Map(sized.map((output) => [`${output.width}.${output.format}`, output])).values()];
}

function sizeWithin(width: number, original: Size): Size {
  const byPixels = Math.sqrt(mostPixels / (original.width * original.height));
  const scale = Math.min(1, width / original.width, tallest / original.height, byPixels);
  return { width: scaled(original.width, scale), height: scaled(original.height, scale) };
}

function scaled(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}
