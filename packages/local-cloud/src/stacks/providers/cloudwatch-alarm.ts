import { z } from 'zod';
import { comparisons, MISSING_DATA, type AlarmSpec, type ComparisonOperator } from '../../services/cloudwatch/alarm.ts';
import type { CloudWatch } from '../../services/cloudwatch/cloudwatch.ts';
import { physicalName } from '../physical-name.ts';
import { flag, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const number = z
  .union(
    [
      z.number(),
      z
        .string()
        .regex(/^[+-]?\d+(\.\d+)?$/)
        .transform(Number),
    ],
    { error: 'expected type: Number' },
  )
  .pipe(z.number());
const dimensions = z.array(z.strictObject({ Name: text, Value: text }));
const actions = z.array(text).default([]);

const schema = z.strictObject({
  AlarmName: text.optional(),
  AlarmDescription: text.optional(),
  ActionsEnabled: flag.default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: text.optional(),
  Namespace: text.optional(),
  Dimensions: dimensions.optional(),
  Statistic: text.optional(),
  ExtendedStatistic: text.optional(),
  Period: integer.optional(),
  Unit: text.optional(),
  Metrics: z
    .array(
      z.strictObject({
        Id: text,
        Expression: text.optional(),
        Label: text.optional(),
        ReturnData: flag.optional(),
        MetricStat: z
          .strictObject({
            Metric: z.strictObject({ Namespace: text, MetricName: text, Dimensions: dimensions.optional() }),
            Period: integer,
            Stat: text,
            Unit: text.optional(),
          })
          .optional(),
      }),
    )
    .optional(),
  EvaluationPeriods: integer,
  DatapointsToAlarm: integer.optional(),
  Threshold: number,
  ComparisonOperator: z.enum(Object.keys(comparisons) as ComparisonOperator[]),
  TreatMissingData: z.enum(MISSING_DATA).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
});
type Properties = z.output<typeof schema>;

export function cloudwatchAlarm({ alarms }: Pick<CloudWatch, 'alarms'>): Provider<Properties> {
  const put = (spec: AlarmSpec): Made => ({ ref: spec.AlarmName, attributes: { Arn: alarms.put(spec).arn } });
  return {
    type: 'AWS::CloudWatch::Alarm',
    schema,
    replacedBy: ['AlarmName'],
    namedBy: 'AlarmName',
    create: async ({ logicalId, properties, stack }) => {
      const AlarmName = properties.AlarmName ?? physicalName(stack, logicalId, { maxLength: 255 });
      return put({ ...properties, AlarmName });
    },
    // Its state stays until it is evaluated by the new definition.
    update: async ({ ref, properties }) => put({ ...properties, AlarmName: ref }),
    delete: async ({ ref }) => alarms.delete(ref),
  };
}
