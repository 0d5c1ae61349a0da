import { keyOf, UNITS, type Metric } from './metric.ts';
import { copyOf, merge, type Summary } from './summary.ts';
import type { Timeline } from './timeline.ts';

/** Samples of one second or one minute of the cloud's time, which began at `at`; `real`: when the first of them came. */
export type Bin = Summary & { at: number; real: number };

/** Periods one after the other: of the cloud's time for alarms, of the real one for whoever asks the API. */
export type Windows = {
  axis: 'cloud' | 'real';
  /** Milliseconds since 1970. */
  start: number;
  periodMs: number;
  count: number;
};

type Series = { metric: Metric; byUnit: Map<string, Bin[]>; lastReal: number };

export type Metrics = ReturnType<typeof createMetrics>;

const SECOND = 1000;
const MINUTE = 60_000;
/** Beyond it, what was kept by the second is kept by the minute, as on AWS. */
const FINE_FOR_MS = 3 * 3_600_000;
/** Of the cloud's time: as long as an alarm can look back. */
const KEPT_FOR_MS = 7 * 86_400_000;
/** Of one metric, per unit: a week of minutes, and three hours of seconds. */
const MOST_BINS = KEPT_FOR_MS / MINUTE + FINE_FOR_MS / SECOND;

/**
 * What was measured, in memory only. Standard metrics are kept by the minute and high-resolution ones by the second, for the last week
 * (three hours by the second), all of the cloud's time; of more metrics than `mostSeries` those are forgotten that were silent longest.
 */
export function createMetrics(timeline: Timeline, mostSeries = 5000) {
  const all = new Map<string, Series>();

  function seriesOf(metric: Metric): Series {
    const key = keyOf(metric);
    const known = all.get(key);
    if (known !== undefined) return known;
    if (all.size >= mostSeries) {
      const silent = [...all].sort(([, a], [, b]) => a.lastReal - b.lastReal).slice(0, Math.ceil(mostSeries / 10));
      for (const [gone] of silent) all.delete(gone);
    }
    const series: Series = { metric, byUnit: new Map(), lastReal: 0 };
    all.set(key, series);
    return series;
  }

  /** The unit that is meant where none is named: AWS takes the first that there is, in an order of its own. */
  function unitOf(series: Series, wanted: string | undefined): string | undefined {
    return wanted ?? UNITS.find((unit) => series.byUnit.has(unit));
  }

  return {
    /** Adds samples that came at `at`, milliseconds since 1970 in both times. */
    add: (
      metric: Metric,
      { unit, at, samples, fine = false }: { unit: string; at: Moment; samples: Summary; fine?: boolean },
    ): void => {
      const series = seriesOf(metric);
      series.lastReal = Math.max(series.lastReal, at.real);
      const bins = series.byUnit.get(unit) ?? [];
      series.byUnit.set(unit, bins);
      const resolution = fine ? SECOND : MINUTE;
      put(bins, samples, { cloud: Math.floor(at.cloud / resolution) * resolution, real: at.real });
      if (bins.length > MOST_BINS) shrink(bins, timeline.now());
    },

    /** The units that it was measured in, as AWS orders them. */
    units: (metric: Metric): string[] => {
      const units = all.get(keyOf(metric))?.byUnit;
      return UNITS.filter((unit) => units?.has(unit) === true);
    },

    /** The samples of each window; undefined where there are none. */
    read: (metric: Metric, unit: string | undefined, windows: Windows): (Summary | undefined)[] => {
      const found = new Array<Summary | undefined>(windows.count).fill(undefined);
      const series = all.get(keyOf(metric));
      const bins = series && series.byUnit.get(unitOf(series, unit) ?? '');
      for (const { at, real, ...samples } of (bins ?? []).toReversed()) {
        const index = Math.floor(((windows.axis === 'cloud' ? at : real) - windows.start) / windows.periodMs);
        // Bins are in the order of the cloud's time, and hardly ever out of the other one's.
        if (index < 0 && windows.axis === 'cloud') break;
        if (index < 0 || index >= windows.count) continue;
        const before = found[index];
        if (before === undefined) found[index] = copyOf(samples);
        else merge(before, samples);
      }
      return found;
    },

    /** Every metric, and when it was measured last (milliseconds since 1970). */
    list: (): { metric: Metric; lastReal: number }[] => [...all.values()],
  };
}

type Moment = { real: number; cloud: number };

/** Adds samples to the bin of their time; most come last. */
function put(bins: Bin[], samples: Summary, { cloud: at, real }: Moment): void {
  const index = bins.findLastIndex((bin) => bin.at <= at);
  const there = bins[index];
  if (there?.at !== at) bins.splice(index + 1, 0, { ...copyOf(samples), at, real });
  else {
    merge(there, samples);
    there.real = Math.min(there.real, real);
  }
}

/** Makes minutes of old seconds, and forgets what is too old; if that is not enough, the older half of what is there. */
function shrink(bins: Bin[], now: number): void {
  const kept: Bin[] = [];
  for (const { at, real, ...samples } of bins) {
    if (at < now - KEPT_FOR_MS) continue;
    const old = at < now - FINE_FOR_MS;
    put(kept, samples, { cloud: old ? Math.floor(at / MINUTE) * MINUTE : at, real });
  }
  bins.splice(0, Infinity, ...kept.slice(kept.length > MOST_BINS * 0.9 ? kept.length / 2 : 0));
}
