/**
 * How much slower than the serving version a new one may be: three times, and 0.3 s. The pictures are small and take tens of
 * milliseconds, so that a neighbour on the same machine, or one slow answer of S3, can double a median; the two versions take turns,
 * so that most of this hits both. What is refused is what users would feel: seconds, or several times the bill.
 */
const factor = 3;
const slackMs = 300;

/** With fewer pairs than this a median says too little. */
const fewest = 3;

export type Comparison = { newMs: number; servingMs: number; limitMs: number };

/** Of the same pictures, by either version; undefined where there are too few to compare. */
export function compareDurations(pairs: readonly { newMs: number; servingMs: number }[]): Comparison | undefined {
  if (pairs.length < fewest) return undefined;
  const newMs = median(pairs.map((pair) => pair.newMs));
  const servingMs = median(pairs.map((pair) => pair.servingMs));
  return { newMs, servingMs, limitMs: Math.round(servingMs * factor + slackMs) };
}

export function tooSlow({ newMs, servingMs, limitMs }: Comparison): string | undefined {
  if (newMs <= limitMs) return undefined;
  return `it is too slow: ${newMs} ms in the median, where the serving version takes ${servingMs} ms (at most ${limitMs} ms)`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
