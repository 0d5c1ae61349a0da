import { z } from 'zod';
import type { JsonOperation } from '../../../wire/json.ts';
import { paged } from '../../../wire/paged.ts';
import { fromDimensions, toDimensions, type Metric } from '../metric.ts';
import { readStatistic, STATISTICS } from '../statistic.ts';
import type { ApiParts } from './types.ts';
import { dimensions, integer, invalidCombination, list, moment, operation, unit } from './input.ts';
import { checkPeriod, windowsOf } from './windows.ts';

const PAGE = 500;
const MOST_POINTS = 1440;
const RECENT_MS = 3 * 3_600_000;

const listMetrics = z.strictObject({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: list(z.strictObject({ Name: z.string(), Value: z.string().optional() })).default([]),
  RecentlyActive: z.literal('PT3H').optional(),
  NextToken: z.string().optional(),
});

const getMetricStatistics = z.strictObject({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: dimensions.default([]),
  StartTime: moment,
  EndTime: moment,
  Period: integer,
  Statistics: list(z.enum(STATISTICS)).default([]),
  ExtendedStatistics: list(z.string()).default([]),
  Unit: unit.optional(),
});

/** What there is, and one metric at a time. */
export function metricOperations({ context, metrics }: ApiParts): Record<string, JsonOperation> {
  return {
    ListMetrics: operation('ListMetrics', listMetrics, (input, { authorize }) => {
      authorize('cloudwatch:ListMetrics', '*');
      const { Namespace, MetricName, Dimensions, RecentlyActive, NextToken } = input;
      const since = RecentlyActive === undefined ? -Infinity : context.clock.now().getTime() - RECENT_MS;
      const found = metrics
        .list()
        .filter(({ lastReal }) => lastReal >= since)
        .map(({ metric }) => metric)
        .filter(({ namespace }) => Namespace === undefined || namespace === Namespace)
        .filter(({ name }) => MetricName === undefined || name === MetricName)
        .filter((metric) => Dimensions.every((wanted) => hasDimension(metric, wanted)));
      const { items, next } = paged(found, { token: NextToken, size: PAGE, invalidCode: 'InvalidNextToken' });
      return {
        Metrics: items.map(({ namespace, name, dimensions: own }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: fromDimensions(own),
        })),
        ...next,
      };
    }),

    GetMetricStatistics: operation('GetMetricStatistics', getMetricStatistics, (input, { authorize }) => {
      authorize('cloudwatch:GetMetricStatistics', '*');
      const { Namespace, MetricName, Dimensions, Statistics, ExtendedStatistics, Period, Unit } = input;
      if (Statistics.length + ExtendedStatistics.length === 0) {
        throw invalidCombination('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
      }
      checkPeriod(Period);
      const windows = windowsOf(input.StartTime, input.EndTime, Period);
      if (windows.count > MOST_POINTS) {
        throw invalidCombination(
          `You have requested up to ${String(windows.count)} datapoints, which exceeds the limit of ${String(MOST_POINTS)}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        );
      }
      const metric: Metric = { namespace: Namespace, name: MetricName, dimensions: toDimensions(Dimensions) };
      const units = Unit === undefined ? metrics.units(metric) : [Unit];
      const extended = ExtendedStatistics.map((name) => [name, readStatistic(name)] as const);
      return {
        Label: MetricName,
        Datapoints: units.flatMap((one) =>
          metrics.read(metric, one, windows).flatMap((summary, index) =>
            summary === undefined
              ? []
              : [
                  {
                    Timestamp: new Date(windows.start + index * windows.periodMs),
                    Unit: one,
                    ...Object.fromEntries(Statistics.map((name) => [name, readStatistic(name)(summary)])),
                    ...(extended.length > 0 && {
                      ExtendedStatistics: Object.fromEntries(extended.map(([name, of]) => [name, of(summary)])),
                    }),
                  },
                ],
          ),
        ),
      };
    }),
  };
}

function hasDimension(
  { dimensions: own }: Metric,
  { Name, Value }: { Name: string; Value?: string | undefined },
): boolean {
  return Object.hasOwn(own, Name) && (Value === undefined || own[Name] === Value);
}
