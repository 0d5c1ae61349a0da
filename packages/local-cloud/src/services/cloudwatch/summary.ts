/** What is kept of some samples: enough for every statistic. */
export type Summary = {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How often each value came; absent while there is but one (`min`). */
  values?: Map<number, number>;
  /** There were so many that they are kept to three digits. */
  rounded?: true;
  /** Somebody gave a summary instead of values: percentiles cannot be told any more. */
  opaque?: true;
};

/** More different values than this are rounded, which moves a percentile by half a percent at most. */
const MOST_VALUES = 100;

/** `count` samples of one value. */
export function samplesOf(value: number, count = 1): Summary {
  return { count, sum: value * count, min: value, max: value };
}

/** Samples of which only a summary is known. */
export function summarized({ count, sum, min, max }: Pick<Summary, 'count' | 'sum' | 'min' | 'max'>): Summary {
  const evident = min === max && sum === min * count;
  return { count, sum, min, max, ...(!evident && { opaque: true }) };
}

/** Adds samples to others. */
export function merge(into: Summary, more: Summary): void {
  if (more.opaque === true) into.opaque = true;
  if (into.opaque === true) delete into.values;
  else if (into.values !== undefined || into.min !== more.min || into.max !== more.max || more.values !== undefined) {
    const values = (into.values ??= new Map([[into.min, into.count]]));
    for (const [value, count] of more.values ?? [[more.min, more.count] as const]) {
      put(values, into.rounded === true ? round(value) : value, count);
    }
    if (values.size > MOST_VALUES && into.rounded !== true) {
      into.values = new Map();
      into.rounded = true;
      for (const [value, count] of values) put(into.values, round(value), count);
    }
  }
  into.count += more.count;
  into.sum += more.sum;
  into.min = Math.min(into.min, more.min);
  into.max = Math.max(into.max, more.max);
}

export function copyOf({ values, ...rest }: Summary): Summary {
  return { ...rest, ...(values !== undefined && { values: new Map(values) }) };
}

function put(values: Map<number, number>, value: number, count: number): void {
  values.set(value, (values.get(value) ?? 0) + count);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

/**
 * The value that so many percent of the samples do not exceed (the greatest of them, as AWS describes p99). Undefined where it cannot be
 * told: for summaries of unknown samples, and for negative values.
 */
export function percentile({ count, min, max, values, opaque }: Summary, percent: number): number | undefined {
  if (opaque === true || min < 0 || count === 0) return undefined;
  if (values === undefined || percent <= 0) return min;
  if (percent >= 100) return max;
  const rank = (percent / 100) * count;
  let passed = 0;
  for (const [value, times] of [...values].sort(([a], [b]) => a - b)) {
    passed += times;
    // Sums of fractions are not exact.
    if (passed >= rank - 1e-9) return Math.min(Math.max(value, min), max);
  }
  return max;
}
