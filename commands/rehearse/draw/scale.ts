/** Geometry that knows nothing of releases: numbers in, numbers and path data out. */

/** A linear map from 0..from to 0..to; an empty range maps to 0. */
export function scale(from: number, to: number): (value: number) => number {
  return (value) => (from === 0 ? 0 : (value / from) * to);
}

const STEPS = [1, 2, 5, 10];
const TOPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The least of 1, 2, 5, 10, 20, … (times a power of ten) that is not below a value: steps that are easily counted in. */
export function niceStep(value: number): number {
  return ceiling(value, STEPS);
}

/** The least round number that is not below a value: where a scale may end. */
export function niceTop(value: number): number {
  return ceiling(value, TOPS);
}

function ceiling(value: number, factors: readonly number[]): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = factors.find((one) => one * power >= value * (1 - 1e-9)) ?? 10;
  return Math.round(factor * power * 1e6) / 1e6;
}

/** At most `most` round steps from 0 on that do not pass `max`, the 0 among them. */
export function ticks(max: number, most: number): number[] {
  if (!(max > 0)) return [0];
  const step = niceStep(max / Math.max(1, most - 1));
  return Array.from({ length: Math.floor(max / step + 1e-9) + 1 }, (_, n) => n * step);
}

export type Point = { x: number; y: number };

/** A line that holds its height until the next point, and the last one until `end`: as SVG's path data. */
export function stepPath(points: readonly Point[], end: number): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  return [
    `M${short(first.x)} ${short(first.y)}`,
    ...rest.map(({ x, y }) => `H${short(x)}V${short(y)}`),
    `H${short(end)}`,
  ].join('');
}

/** A line from point to point. */
export function linePath(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('');
}

/** A hundredth of a unit is less than any pixel; more digits are only bytes. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** How fast a total grew in each bin of `width` up to `end`, a unit of time; between two looks it is taken to have grown evenly. */
export function growthRates(totals: readonly { at: number; total: number }[], width: number, end: number): number[] {
  const known = [{ at: 0, total: 0 }, ...totals];
  const totalAt = (at: number): number => {
    const after = known.findIndex((one) => one.at >= at);
    const [left, right] = [known[after - 1], known[after]];
    if (right === undefined) return known.at(-1)?.total ?? 0;
    if (left === undefined || right.at === left.at) return right.total;
    return left.total + ((right.total - left.total) * (at - left.at)) / (right.at - left.at);
  };
  return Array.from({ length: Math.ceil(end / width) }, (_, n) => {
    const [from, to] = [n * width, Math.min(end, (n + 1) * width)];
    return Math.max(0, totalAt(to) - totalAt(from)) / (to - from);
  });
}
