import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import { isList, type Series } from '../math/values.ts';
import { checkQueries, metricOf, type MetricQuery, type MetricStat, type Queries } from '../queries.ts';
import { readStatistic } from '../statistic.ts';
import type { ApiParts } from './types.ts';
import { integer, metricQueries, moment, operation, type Output } from './input.ts';
import { checkPeriod, windowsOf } from './windows.ts';

const MOST_POINTS = 100_800;
const MOST_QUERIES = 500;

const schema = z.strictObject({
  MetricDataQueries: metricQueries,
  StartTime: moment,
  EndTime: moment,
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  MaxDatapoints: integer.pipe(z.int().min(1).max(MOST_POINTS)).default(MOST_POINTS),
  NextToken: z.string().optional(),
});
type Input = z.output<typeof schema>;

/** One line of a result: as many points as there are, whatever page they come on. */
type Result = { Id: string; Label: string; points: readonly { at: number; value: number }[]; units: readonly string[] };

/** Several metrics and expressions at once. */
export function queryOperations(parts: ApiParts): Record<string, JsonOperation> {
  return {
    GetMetricData: operation('GetMetricData', schema, (input, { authorize }) => {
      authorize('cloudwatch:GetMetricData', '*');
      const { MetricDataQueries: list } = input;
      if (list.length === 0 || list.length > MOST_QUERIES) {
        throw new AwsError('ValidationException', `MetricDataQueries has 1 to ${String(MOST_QUERIES)} members.`);
      }
      for (const { MetricStat } of list) if (MetricStat !== undefined) checkPeriod(MetricStat.Period);
      const queries = checkQueries(list);
      const results = list
        .filter(({ ReturnData = true }) => ReturnData)
        .flatMap((query) => resultsOf(query, queries, parts, input));
      return page(results, input);
    }),
  };
}

function resultsOf(query: MetricQuery, queries: Queries, { metrics, math }: ApiParts, input: Input): Result[] {
  const { Id, MetricStat: stat } = query;
  const windows = windowsOf(input.StartTime, input.EndTime, queries.periodOf(Id));
  const read = (one: MetricStat): Series['points'] => {
    const statistic = readStatistic(one.Stat);
    return metrics.read(metricOf(one), one.Unit, windows).map((summary) => summary && statistic(summary));
  };
  const value = queries.evaluate(Id, read, math);
  const found = isList(value) ? value : typeof value === 'number' ? [] : [value];
  const own = labelOf(query, queries.list);
  return found.map(({ label, points }) => ({
    Id,
    Label: isList(value)
      ? `${own} ${labelOf(
          queries.list.find((one) => one.Id === label),
          queries.list,
        )}`.trim()
      : own,
    points: points
      .map((point, index) => ({ at: windows.start + index * windows.periodMs, value: point }))
      .filter((point): point is { at: number; value: number } => point.value !== undefined),
    // Where nobody names a unit, the points are those of the first of several.
    units: stat === undefined || stat.Unit !== undefined ? [] : metrics.units(metricOf(stat)),
  }));
}

/** What is not given is the metric's name, with what else tells it from the others; an expression's is its id. */
function labelOf(query: MetricQuery | undefined, all: readonly MetricQuery[]): string {
  if (query?.Label !== undefined) return query.Label;
  const stat = query?.MetricStat;
  if (stat === undefined) return query?.Id ?? '';
  const stats = all.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat]));
  const differs = (of: (one: MetricStat) => unknown): boolean => new Set(stats.map(of)).size > 1;
  return [
    stat.Metric.MetricName,
    ...(differs(({ Stat }) => Stat) ? [stat.Stat] : []),
    ...(differs(({ Period }) => Period) ? [String(stat.Period)] : []),
  ].join(' ');
}

/** As many points as a page takes, of one result after the other; the token says how many went before. */
function page(results: readonly Result[], { ScanBy, MaxDatapoints, NextToken }: Input): Output {
  const from = NextToken === undefined ? 0 : readToken(NextToken);
  const to = from + MaxDatapoints;
  const total = results.reduce((sum, { points }) => sum + points.length, 0);
  let passed = 0;
  const shown = results.flatMap(({ Id, Label, points, units }) => {
    const [begin, end] = [passed, passed + points.length];
    passed = end;
    // What came whole on an earlier page, or will come on a later one. A result without points comes once.
    if (points.length === 0 ? begin < from || (begin === from && from > 0) || begin > to : end <= from || begin >= to)
      return [];
    const ordered = ScanBy === 'TimestampAscending' ? points : points.toReversed();
    const part = ordered.slice(Math.max(from - begin, 0), to - begin);
    return [
      {
        Id,
        Label,
        Timestamps: part.map(({ at }) => new Date(at)),
        Values: part.map(({ value }) => value),
        StatusCode: end > to ? 'PartialData' : 'Complete',
        ...(units.length > 1 && {
          Messages: [{ Code: 'MultipleUnits', Value: `Multiple units returned: '[${units.toSorted().join(', ')}]'` }],
        }),
      },
    ];
  });
  return { MetricDataResults: shown, Messages: [], ...(to < total && { NextToken: writeToken(to) }) };
}

function writeToken(passed: number): string {
  return Buffer.from(String(passed)).toString('base64');
}

function readToken(token: string): number {
  const passed = Number(Buffer.from(token, 'base64').toString('utf8') || NaN);
  if (Number.isInteger(passed) && passed > 0) return passed;
  throw new AwsError('InvalidNextToken', 'The token is none that was given.');
}
