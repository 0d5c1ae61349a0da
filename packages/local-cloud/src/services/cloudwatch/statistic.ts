import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { percentile, type Summary } from './summary.ts';

/** What a statistic makes of the samples of a period; undefined where it cannot be told. */
export type Statistic = (summary: Summary) => number | undefined;

const plain: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => (count === 0 ? undefined : sum / count),
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};
export const STATISTICS = Object.keys(plain);

/** Trimmed and winsorized means, trimmed counts and sums, the interquartile mean, percentile ranks. */
const OTHERS = /^((tm|wm|tc|ts)\d+(\.\d+)?|(TM|WM|TC|TS|PR)\(.*\)|IQM)$/;

/** Reads `Average`, `p99.9`, … Throws AwsError NotImplemented for statistics that only AWS has, else InvalidParameterValue. */
export function readStatistic(name: string): Statistic {
  if (Object.hasOwn(plain, name)) return plain[name] as Statistic;
  const percent = percentOf(name);
  if (percent !== undefined) return (summary) => percentile(summary, percent);
  if (OTHERS.test(name)) throw notImplemented(`the statistic ${name}`);
  throw new AwsError('InvalidParameterValueException', `The value ${name} for parameter Stat is not supported.`);
}

/** 99.9 of `p99.9`; undefined for what is no percentile. */
export function percentOf(name: string): number | undefined {
  const [, digits] = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name) ?? [];
  return digits === undefined || Number(digits) > 100 ? undefined : Number(digits);
}

/** So few samples say little about this percentile: AWS lets an alarm disregard them. */
export function isLowSample(name: string, count: number): boolean {
  const share = (percentOf(name) ?? 50) / 100;
  return count < 10 / (share >= 0.5 ? 1 - share : share);
}
