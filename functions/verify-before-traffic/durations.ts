/**
 * How much slower than the serving version a new one may be: three times, and 0.3 s. The pictures are small and take tens of
 * milliseconds, so that a neighbour on the same machine, or one slow answer of S3, can double a median; the two versions take turns,
 * so that most of this hits both. What is refused is what users would feel: seconds, or several times the bill. Simulated on a machine
 * where one call in ten takes ten times as long, five pairs refuse a good version in 2 of 1,000 releases and the large picture's three in
 * 3 of 100; measured twice (trial.ts), in less than 1 of 1,000.
 */
const factor = 3;
const slackMs = 300;

/** What the new and the serving version took for the same picture. ms. */
export type Pair = { newMs: number; servingMs: number };

/** With fewer pairs than this a median says too little. */
const fewest = 3;

export type Comparison = { newMs: number; servingMs: number; limitMs: number };

/** Of the same pictures, by either version; undefined where there are too few to compare. */
export function compareDurations(pairs: readonly Pair[]): Comparison | undefined {
  if (pairs.length < fewest) return undefined;
  const newMs = median(pairs.map((pair) => pair.newMs));
  const servingMs = median(pairs.map((pair) => pair.servingMs));
  return { newMs, servingMs, limitMs: Math.round(servingMs * factor + slackMs) };
}

export function isTooSlow(pairs: readonly Pair[]): boolean {
  const comparison = compareDurations(pairs);
  return comparison !== undefined && tooSlow(comparison) !== undefined;
}

export function tooSlow({ newMs, servingMs, limitMs }: Comparison, what = ''): string | undefined {
  if (newMs <= limitMs) return undefined;
  return `it is too slow${what}: ${newMs} ms in the median, where the serving version takes ${servingMs} ms (at most ${limitMs} ms)`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
