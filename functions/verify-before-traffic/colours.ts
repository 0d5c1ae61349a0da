import { colourDifference, labOf, type Lab } from './colour-difference.ts';

/** Decoded and upright, in sRGB with alpha, not premultiplied. Sizes are pixels. */
export type Pixels = { width: number; height: number; rgba: Uint8Array };

/** CIEDE2000, between two pictures: the mean of all cells, and the worst of them. */
export type Distance = { mean: number; worst: number };

/** Cells per side: fine enough to detect any rotation, coarse enough that the exact place of an edge does not matter. */
const side = 16;

/** The mean colour of each cell, row by row, as RGBA bytes. Transparent pixels do not count. */
export function coloursOf({ width, height, rgba }: Pixels): Uint8Array {
  const colours = new Uint8Array(side * side * 4);
  const columns = cells(width);
  cells(height).forEach((rows, row) => {
    columns.forEach((across, column) => {
      let [red, green, blue, alpha, area] = [0, 0, 0, 0, 0];
      for (let y = rows.first; y <= rows.last; y++) {
        for (let x = across.first; x <= across.last; x++) {
          const at = (y * width + x) * 4;
          const share = (rows.shares[y - rows.first] ?? 0) * (across.shares[x - across.first] ?? 0);
          const opacity = (rgba[at + 3] ?? 0) * share;
          red += (rgba[at] ?? 0) * opacity;
          green += (rgba[at + 1] ?? 0) * opacity;
          blue += (rgba[at + 2] ?? 0) * opacity;
          alpha += opacity;
          area += share;
        }
      }
      const mean = [red, green, blue].map((sum) => Math.round(alpha === 0 ? 0 : sum / alpha));
      colours.set([...mean, Math.round(alpha / area)], (row * side + column) * 4);
    });
  });
  return colours;
}

/** Which pixels of a row or a column belong to each cell, and with what share: cells end anywhere, and in small pictures that shows. */
function cells(pixels: number): { first: number; last: number; shares: number[] }[] {
  return Array.from({ length: side }, (_, n) => {
    const [from, to] = [(n * pixels) / side, ((n + 1) * pixels) / side];
    const [first, last] = [Math.floor(from), Math.ceil(to) - 1];
    const shareOf = (pixel: number) => Math.min(pixel + 1, to) - Math.max(pixel, from);
    return { first, last, shares: Array.from({ length: last - first + 1 }, (__, k) => shareOf(first + k)) };
  });
}

/** Of the mean colours of two pictures, which may differ in size. */
export function distanceBetween(one: Uint8Array, other: Uint8Array): Distance {
  const differences = Array.from({ length: side * side }, (_, n) => cellDifference(one, other, n * 4));
  return {
    mean: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    worst: Math.max(...differences),
  };
}

/** On white and on black, whichever differs more: a pixel that is transparent in only one picture differs on at least one of them. */
function cellDifference(one: Uint8Array, other: Uint8Array, at: number): number {
  return Math.max(...[255, 0].map((ground) => colourDifference(labOn(ground, one, at), labOn(ground, other, at))));
}

function labOn(ground: number, colours: Uint8Array, at: number): Lab {
  const [red = 0, green = 0, blue = 0, alpha = 0] = colours.subarray(at, at + 4);
  const on = (channel: number): number => ground + ((channel - ground) * alpha) / 255;
  return labOf(on(red), on(green), on(blue));
}

type Place = (row: number, column: number) => [row: number, column: number];
const last = side - 1;

/** What may have happened to a picture, and where each cell of it then comes from. */
const mishaps: readonly [what: string, from: Place][] = [
  ['it is mirrored', (row, column) => [row, last - column]],
  ['it is turned by 180 degrees', (row, column) => [last - row, last - column]],
  ['it is upside down and mirrored', (row, column) => [last - row, column]],
  ['it lies on its side and is mirrored', (row, column) => [column, row]],
  ['it is turned by 90 degrees clockwise', (row, column) => [last - column, row]],
  ['it lies on its side and is mirrored', (row, column) => [last - column, last - row]],
  ['it is turned by 90 degrees anticlockwise', (row, column) => [column, last - row]],
];

/** Names the single defect of a picture, if one explains the difference: without it, the picture would look right. */
export function diagnose(expected: Uint8Array, got: Uint8Array, bounds: Distance): string | undefined {
  const black = expected.map((_, n) => (n % 4 === 3 ? 255 : 0));
  if (distanceBetween(black, got).worst < bounds.mean) return 'it is black';
  const likeliest = mishaps
    .map(([what, from]) => ({ what, ...distanceBetween(moved(expected, from), got) }))
    .toSorted((a, b) => a.mean - b.mean)[0];
  return likeliest && likeliest.mean <= 2 * bounds.mean ? likeliest.what : undefined;
}

function moved(colours: Uint8Array, from: Place): Uint8Array {
  const result = new Uint8Array(colours.length);
  for (let n = 0; n < side * side; n++) {
    const [row, column] = from(Math.floor(n / side), n % side);
    const at = (row * side + column) * 4;
    result.set(colours.subarray(at, at + 4), n * 4);
  }
  return result;
}
