import type { AlarmState } from '../../core/cloud-event.ts';
import type { Dimension } from './metric.ts';
import type { MetricQuery } from './queries.ts';

/** What somebody wants to be told of; the names are those of CloudWatch's API and of CloudFormation. */
export type AlarmSpec = {
  AlarmName: string;
  AlarmDescription?: string | undefined;
  ActionsEnabled: boolean;
  OKActions: readonly string[];
  AlarmActions: readonly string[];
  InsufficientDataActions: readonly string[];
  /** One metric, by the next seven; or `Metrics`. */
  MetricName?: string | undefined;
  Namespace?: string | undefined;
  Dimensions?: readonly Dimension[] | undefined;
  Statistic?: string | undefined;
  ExtendedStatistic?: string | undefined;
  Unit?: string | undefined;
  /** Seconds. */
  Period?: number | undefined;
  Metrics?: readonly MetricQuery[] | undefined;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number | undefined;
  Threshold: number;
  ComparisonOperator: ComparisonOperator;
  TreatMissingData?: MissingData | undefined;
  EvaluateLowSampleCountPercentile?: 'evaluate' | 'ignore' | undefined;
};

export const MISSING_DATA = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
export type MissingData = (typeof MISSING_DATA)[number];

/** An alarm as it is kept. Moments are milliseconds since 1970. */
export type Alarm = {
  spec: AlarmSpec;
  arn: string;
  state: AlarmState;
  reason: string;
  reasonData?: string | undefined;
  /** When the state was set, and when it became another one. */
  updatedAt: number;
  transitionedAt: number;
  configuredAt: number;
};

/** How a point is compared with the threshold, and what AWS calls it in a sentence. */
export const comparisons = {
  GreaterThanThreshold: { breaches: (point: number, threshold: number) => point > threshold, words: 'greater than' },
  GreaterThanOrEqualToThreshold: {
    breaches: (point: number, threshold: number) => point >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: { breaches: (point: number, threshold: number) => point < threshold, words: 'less than' },
  LessThanOrEqualToThreshold: {
    breaches: (point: number, threshold: number) => point <= threshold,
    words: 'less than or equal to',
  },
} as const;
export type ComparisonOperator = keyof typeof comparisons;

/** The one metric of an alarm as a query of its own, or the queries that it has. */
export function queriesOf(spec: AlarmSpec): readonly MetricQuery[] {
  const { Namespace = '', MetricName, Dimensions, Statistic, ExtendedStatistic, Period = 0, Unit } = spec;
  if (MetricName === undefined) return spec.Metrics ?? [];
  const Stat = Statistic ?? ExtendedStatistic ?? '';
  return [{ Id: 'metric', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat, Unit } }];
}
