import { evaluate } from 'local-cloud/cloudwatch';
import { parseFormula } from 'local-cloud/cloudwatch';
import { seriesOf, type MissingOperand } from 'local-cloud/cloudwatch';
import type { PropertiesOf } from './properties.ts';

type Alarm = PropertiesOf<'AWS::CloudWatch::Alarm'>;

/** What SERVICE_QUOTA gives. */
const QUOTA = 10;

/** Values, one a period; undefined where nothing was counted. */
type Series = readonly (number | undefined)[];

/**
 * Whether the alarm's expression breaches its threshold, period by period, by the local cloud's metric math; a missing result does not.
 *
 * @param points of each of its metrics, in their order
 */
export function fired(alarm: Alarm, points: readonly Series[], missingOperand: MissingOperand): boolean[] {
  const ids = (alarm.Metrics ?? []).flatMap(({ Id, MetricStat }) => (MetricStat ? [Id] : []));
  const byId = Object.fromEntries(ids.map((id, index) => [id, points[index]]));
  const [told, ...others] = (alarm.Metrics ?? []).filter(({ ReturnData }) => ReturnData !== false);
  if (told?.Expression === undefined || others.length > 0) throw new Error('An alarm looks at one expression alone.');
  if (alarm.ComparisonOperator !== 'GreaterThanThreshold') throw new Error(`Teach me ${alarm.ComparisonOperator}.`);
  const resolve = (id: string) => {
    const found = byId[id];
    if (found === undefined) throw new Error(`The expression mentions ${id}, which is no metric of the alarm.`);
    return { label: id, points: found };
  };
  const [series] = seriesOf(
    evaluate(parseFormula(told.Expression), {
      resolve,
      metrics: () => [],
      periodSeconds: 60,
      missingOperand,
      quotaOf: () => QUOTA,
    }),
  );
  return (series?.points ?? []).map((point) => (point ?? 0) > alarm.Threshold); // missing is not breaching
}
