import type { Pixels } from './colours.ts';

/** The mean lightness of every column and every row of a picture, 0 to 255. Transparent pixels count as black. */
export type Profiles = { columns: readonly number[]; rows: readonly number[] };

/** The offset of a picture from its expected position, in its own pixels: to the right and down. */
export type Offset = { x: number; y: number };

/**
 * What a picture may lie off, in pixels. Correct ones are within 0.1, whatever the encoder, the quality or the resizing kernel; one that
 * was enlarged from half its size is at 0.4 to 0.6, and one that is off by a pixel at 0.8 to 1.2
 * (tests/unit/verify-before-traffic/registration.test.ts).
 */
export const STILL = 0.35;

/** Offsets that are looked for, pixels: beyond them colours differ by more than any encoder changes them. */
const FARTHEST = 4;

export function profilesOf({ width, height, rgba }: Pixels): Profiles {
  const columns = new Array<number>(width).fill(0);
  const rows = new Array<number>(height).fill(0);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const light = 0.2126 * (rgba[at] ?? 0) + 0.7152 * (rgba[at + 1] ?? 0) + 0.0722 * (rgba[at + 2] ?? 0);
      const shown = (light * (rgba[at + 3] ?? 0)) / 255;
      columns[x] = (columns[x] ?? 0) + shown / height;
      rows[y] = (rows[y] ?? 0) + shown / width;
    }
  }
  return { columns, rows };
}

/** Aligns a picture with its expectation, which may have another size. */
export function offsetBetween(expected: Profiles, got: Profiles): Offset {
  return { x: shiftOf(expected.columns, got.columns), y: shiftOf(expected.rows, got.rows) };
}

export function isStill({ x, y }: Offset): boolean {
  return Math.abs(x) < STILL && Math.abs(y) < STILL;
}

/**
 * The whole shift at which a profile is most like the other, brightness and contrast left aside, and the fraction that is left. 0 where
 * there is nothing to go by.
 */
function shiftOf(expected: readonly number[], got: readonly number[]): number {
  const reference = resampled(expected, got.length);
  const farthest = Math.min(FARTHEST, Math.floor(got.length / 8));
  let best = { shift: 0, rest: Infinity };
  for (let whole = -farthest; whole <= farthest; whole++) {
    const fitted = fit(reference, got, whole, farthest + 1);
    if (fitted && fitted.rest < best.rest) best = { shift: whole + fitted.fraction, rest: fitted.rest };
  }
  return best.shift;
}

/** The means of so many pieces of equal length: the same picture at another size, without a kernel that could move it. */
function resampled(profile: readonly number[], length: number): number[] {
  const step = profile.length / length;
  return Array.from({ length }, (_, n) => {
    const [from, to] = [n * step, (n + 1) * step];
    let sum = 0;
    for (let at = Math.floor(from); at < Math.ceil(to); at++) {
      sum += (profile[Math.min(at, profile.length - 1)] ?? 0) * (Math.min(at + 1, to) - Math.max(at, from));
    }
    return sum / step;
  });
}

/**
 * Least squares of `got = gain * moved - gain * fraction * slope + offset`, where `moved` is the reference after a whole shift and `slope`
 * its change per pixel. Undefined where the reference is flat.
 */
function fit(
  reference: readonly number[],
  got: readonly number[],
  whole: number,
  margin: number,
): { fraction: number; rest: number } | undefined {
  const moved: number[] = [];
  const slope: number[] = [];
  const target: number[] = [];
  for (let n = margin; n < got.length - margin; n++) {
    const at = n - whole;
    moved.push(reference[at] ?? 0);
    slope.push(((reference[at + 1] ?? 0) - (reference[at - 1] ?? 0)) / 2);
    target.push(got[n] ?? 0);
  }
  const [m, s, t] = [moved, slope, target].map(centred) as [number[], number[], number[]];
  const [mm, ss, ms] = [product(m, m), product(s, s), product(m, s)];
  const determinant = mm * ss - ms * ms;
  if (determinant <= 1e-6 * mm * ss || mm === 0) return undefined;
  const gain = (product(m, t) * ss - product(s, t) * ms) / determinant;
  const change = (product(s, t) * mm - product(m, t) * ms) / determinant;
  const rest = t.reduce((sum, value, n) => sum + (value - gain * (m[n] ?? 0) - change * (s[n] ?? 0)) ** 2, 0);
  return { fraction: gain === 0 ? 0 : -change / gain, rest };
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function product(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, n) => sum + value * (other[n] ?? 0), 0);
}
