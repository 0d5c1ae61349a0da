import type { Alarm } from './alarm.ts';
import type { Watched } from './check-alarm.ts';
import { decide, evaluationRange, type Point } from './decide.ts';
import type { StateSaid } from './history.ts';
import type { Metrics } from './metrics.ts';
import { stamp } from './notification.ts';
import { metricOf, type MathSetting, type MetricStat } from './queries.ts';
import { reasonFor } from './reason.ts';
import { isLowSample, readStatistic } from './statistic.ts';
import type { Timeline } from './timeline.ts';

type Parts = {
  metrics: Metrics;
  timeline: Timeline;
  math: MathSetting;
  queriedAt: Date;
  /** When the cloud began to measure; milliseconds since 1970. */
  startedAt: { real: number; cloud: number };
};

/**
 * The state of an alarm by what was measured until `end` (of the cloud's time); undefined where it stays as it is. Its periods are those
 * that end there, one before the other.
 */
export function evaluateAlarm(
  { spec, state: before, configuredAt }: Alarm,
  { queries, id, periodSeconds }: Watched,
  end: number,
  { metrics, timeline, math, queriedAt, startedAt }: Parts,
): StateSaid | undefined {
  const periodMs = periodSeconds * 1000;
  const range = evaluationRange(spec);
  const count = range + queries.lookBackOf(id);
  const windows = { axis: 'cloud', start: end - count * periodMs, periodMs, count } as const;

  let samples = 0;
  let periodsWithData = 0;
  const read = (stat: MetricStat): (number | undefined)[] => {
    const statistic = readStatistic(stat.Stat);
    const summaries = metrics.read(metricOf(stat), stat.Unit, windows);
    periodsWithData += summaries.filter((summary) => summary !== undefined).length;
    samples = summaries.slice(-spec.EvaluationPeriods).reduce((sum, summary) => sum + (summary?.count ?? 0), 0);
    return summaries.map((summary) => summary && statistic(summary));
  };
  const value = queries.evaluate(id, read, math);
  const values = typeof value === 'object' && 'points' in value ? value.points : [];
  const points: Point[] = Array.from({ length: range }, (_, index) => {
    const position = count - range + index;
    return { value: values[position], at: timeline.toReal(windows.start + position * periodMs) };
  });

  const percentile = spec.ExtendedStatistic;
  const disregards = spec.EvaluateLowSampleCountPercentile === 'ignore';
  if (percentile !== undefined && disregards && samples > 0 && isLowSample(percentile, samples)) return undefined;
  const decision = decide(points, spec);
  const { state, counted } = decision;
  if (state === undefined || state === before) return undefined;
  // What an earlier run of the cloud measured is forgotten: that nothing is there says nothing about that time.
  const reachesBack = end - spec.EvaluationPeriods * periodMs < startedAt.cloud;
  if (state === 'ALARM' && periodsWithData === 0 && reachesBack && configuredAt < startedAt.real) return undefined;
  const [first] = counted;
  const reasonData = JSON.stringify({
    version: '1.0',
    queryDate: stamp(queriedAt.getTime()),
    ...(first !== undefined && { startDate: stamp(first.at) }),
    ...(spec.Unit !== undefined && { unit: spec.Unit }),
    ...(spec.Statistic !== undefined && { statistic: spec.Statistic }),
    period: periodSeconds,
    recentDatapoints: counted.map((point) => point.value),
    threshold: spec.Threshold,
    evaluatedDatapoints: counted.toReversed().map((point) => ({ timestamp: stamp(point.at), value: point.value })),
  });
  return { state, reason: reasonFor(state, decision, spec), reasonData };
}
