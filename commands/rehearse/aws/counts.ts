import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { ALIAS, type Released, type Stack } from './stack.ts';

/** Invocations and errors of each version of a function. */
export type Counts = Record<string, { invocations: number; errors: number }>;

/** Seconds. Lambda's metrics have a period of one minute. */
const PERIOD = 60;

const metrics = { invocations: 'Invocations', errors: 'Errors' } as const;

/**
 * Totals from the minute of `since` on, by function name and version. On AWS, the data in CloudWatch is a minute or two old.
 */
export async function readCounts(
  { aws }: Stack,
  functions: readonly Released[],
  versionsOf: (released: Released) => readonly string[],
  since: number,
): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>();
  const asked: { query: MetricDataQuery; setTotal: (total: number) => void }[] = [];
  for (const released of functions) {
    const { functionName } = released;
    const ofFunction: Counts = {};
    counts.set(functionName, ofFunction);
    for (const version of versionsOf(released)) {
      const total = { invocations: 0, errors: 0 };
      ofFunction[version] = total;
      for (const name of ['invocations', 'errors'] as const) {
        const query = queryOf(`m${String(asked.length)}`, metrics[name], functionName, version);
        asked.push({ query, setTotal: (sum) => (total[name] = sum) });
      }
    }
  }
  const { MetricDataResults: results = [] } = await aws.cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: asked.map(({ query }) => query),
      StartTime: new Date(Math.floor(since / 1000 / PERIOD) * PERIOD * 1000),
      EndTime: new Date(Math.ceil(Date.now() / 1000 / PERIOD) * PERIOD * 1000),
    }),
  );
  for (const { query, setTotal } of asked) {
    const values = results.find(({ Id }) => Id === query.Id)?.Values ?? [];
    setTotal(values.reduce((sum, value) => sum + value, 0));
  }
  return counts;
}

function queryOf(id: string, metric: string, functionName: string, version: string): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Lambda',
        MetricName: metric,
        Dimensions: [
          { Name: 'FunctionName', Value: functionName },
          { Name: 'Resource', Value: `${functionName}:${ALIAS}` },
          { Name: 'ExecutedVersion', Value: version },
        ],
      },
      Period: PERIOD,
      Stat: 'Sum',
    },
  };
}

/** The increase since an earlier reading. */
export function since(before: Counts | undefined, now: Counts): Counts {
  return Object.fromEntries(
    Object.entries(now).map(([version, { invocations, errors }]) => {
      const earlier = before?.[version] ?? { invocations: 0, errors: 0 };
      return [version, { invocations: invocations - earlier.invocations, errors: errors - earlier.errors }];
    }),
  );
}
