import type { MissingOperand } from '../../../core/undocumented.ts';
/** One metric's points over the same windows as all others'; a window without samples has none. */
export type Series = { label: string; points: readonly (number | undefined)[] };

/** What an expression gives: a number, a series, or several. */
export type Value = number | Series | readonly Series[];

export type Type = 'number' | 'series' | 'list';

export function isList(value: Value): value is readonly Series[] {
  return Array.isArray(value);
}

export function seriesOf(value: Value): readonly Series[] {
  if (typeof value === 'number') return [];
  return isList(value) ? value : [value];
}

/** Each series changed on its own; what is no finite number is dropped. */
export function mapSeries(value: Value, change: (points: Series['points']) => Series['points']): Value {
  if (typeof value === 'number') return value;
  const one = ({ label, points }: Series): Series => ({
    label,
    points: change(points).map((point) => (point === undefined ? undefined : finite(point))),
  });
  return isList(value) ? value.map(one) : one(value);
}

/** Each point that is there, changed; what is no finite number is dropped, as AWS drops what was divided by zero. */
export function mapPoints(value: Value, change: (point: number) => number): Value {
  if (typeof value === 'number') return change(value);
  return mapSeries(value, (points) => points.map((point) => (point === undefined ? undefined : change(point))));
}

/**
 * Point by point. `missing` decides about periods in which only one series has a point; if neither has one, there is none. A number
 * stands beside every point that is there, unless it is none: the average of no points, or what was divided by zero.
 */
export function zip(
  left: Value,
  right: Value,
  combine: (left: number, right: number) => number,
  missing: MissingOperand,
): Value {
  const both = (one: number, other: number): number =>
    Number.isFinite(one) && Number.isFinite(other) ? combine(one, other) : NaN;
  if (typeof right === 'number') return mapPoints(left, (point) => both(point, right));
  if (typeof left === 'number') return mapPoints(right, (point) => both(left, point));
  if (isList(left)) return left.map((one) => zip(one, right, combine, missing) as Series);
  if (isList(right)) return right.map((one) => zip(left, one, combine, missing) as Series);
  const points = left.points.map((point, index) => {
    const other = right.points[index];
    const absent = [point, other].filter((operand) => operand === undefined).length;
    if (absent === 2 || (absent === 1 && missing === 'missing')) return undefined;
    return finite(combine(point ?? 0, other ?? 0));
  });
  return { label: left.label, points };
}

export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
