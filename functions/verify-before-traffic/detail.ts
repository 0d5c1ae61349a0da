import type { Pixels } from './colours.ts';

/**
 * How much detail there is in a picture: how strongly the lightness of neighbouring pixels differs, 0 to 255, as a root mean square.
 * A picture that was enlarged or blurred has less of it and one that is jagged or noisy has more, where mean colours are the same.
 * What is transparent counts as black.
 */
export function detailOf({ width, height, rgba }: Pixels): number {
  const lightness = new Float64Array(width * height);
  for (let n = 0; n < lightness.length; n++) {
    const at = n * 4;
    const light = 0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0);
    lightness[n] = (light * (rgba[at + 3] ?? 0)) / 255;
  }
  let sum = 0;
  for (let n = 0; n < lightness.length; n++) {
    const here = lightness[n] ?? 0;
    if (n % width > 0) sum += (here - (lightness[n - 1] ?? 0)) ** 2;
    if (n >= width) sum += (here - (lightness[n - width] ?? 0)) ** 2;
  }
  return Math.sqrt(sum / lightness.length);
}
