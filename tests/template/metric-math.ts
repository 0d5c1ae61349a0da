import { evaluate } from '../../local-cloud/services/cloudwatch/math/evaluate.ts';
import { parseFormula } from '../../local-cloud/services/cloudwatch/math/parse.ts';
import { seriesOf } from '../../local-cloud/services/cloudwatch/math/values.ts';
import type { PropertiesOf } from './properties.ts';

type Alarm = PropertiesOf<'AWS::CloudWatch::Alarm'>;

/** Values, one a period; undefined where nothing was counted. */
type Series = readonly (number | undefined)[];

/** Whether the alarm's expression breaches its threshold, period by period, by the local cloud's metric math; by the metrics' names. */
export function fired(alarm: Alarm, byName: Readonly<Record<string, Series>>): boolean[] {
  const ids = (alarm.Metrics ?? []).flatMap(({ Id, MetricStat }) =>
    MetricStat ? [[Id, byName[MetricStat.Metric.MetricName] ?? []] as const] : [],
  );
  return firedById(alarm, Object.fromEntries(ids));
}

/** The same, by the ids that the metrics have in the alarm. */
export function firedById(alarm: Alarm, byId: Readonly<Record<string, Series>>): boolean[] {
  const [told, ...others] = (alarm.Metrics ?? []).filter(({ ReturnData }) => ReturnData !== false);
  if (told?.Expression === undefined || others.length > 0) throw new Error('An alarm looks at one expression alone.');
  if (alarm.ComparisonOperator !== 'GreaterThanThreshold') throw new Error(`Teach me ${alarm.ComparisonOperator}.`);
  const resolve = (id: string) => {
    const points = byId[id];
    if (points === undefined) throw new Error(`The expression mentions ${id}, which is no metric of the alarm.`);
    return { label: id, points };
  };
  const [series] = seriesOf(evaluate(parseFormula(told.Expression), { resolve, metrics: () => [], periodSeconds: 60 }));
  return (series?.points ?? []).map((point) => (point ?? 0) > alarm.Threshold); // missing is not breaching
}
