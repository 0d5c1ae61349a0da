import type { Summary } from './summary.ts';

/** What is measured: each set of dimensions is a metric of its own. */
export type Metric = { namespace: string; name: string; dimensions: Readonly<Record<string, string>> };

/** Samples of a metric. */
export type Measured = { metric: Metric; unit: string; samples: Summary };

/** The order of dimensions does not matter; names and values have no control characters. */
export function keyOf({ namespace, name, dimensions }: Metric): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  return names.reduce((key, one) => `${key}\0${one}\0${dimensions[one] ?? ''}`, `${namespace}\0${name}`);
}

/** As APIs write dimensions. */
export type Dimension = { Name: string; Value: string };

export function toDimensions(list: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
}

export function fromDimensions(dimensions: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

/** Everything that a metric may be measured in, in the order in which AWS prefers them where nobody says which. */
export const UNITS: readonly string[] = (
  'Megabits Terabits Gigabits Count Bytes Gigabytes Gigabytes/Second Kilobytes Kilobits/Second Terabytes Terabits/Second ' +
  'Bytes/Second Percent Megabytes Megabits/Second Milliseconds Microseconds Kilobytes/Second Gigabits/Second ' +
  'Megabytes/Second Bits Bits/Second Count/Second Seconds Kilobits Terabytes/Second None'
).split(' ');

/** Greater ones CloudWatch does not keep; JSON can write numbers that are infinite for us. */
const GREATEST_VALUE = 2 ** 360;

export function isValue(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= GREATEST_VALUE;
}

/** AWS takes what was measured in the last two weeks or will be in the next two hours; both in milliseconds since 1970. */
export function isTaken(at: number, now: number): boolean {
  return at >= now - 14 * 86_400_000 && at <= now + 2 * 3_600_000;
}
