import { z } from 'zod';
import type { JsonOperation } from '../../../wire/json.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import { paged } from '../../../wire/paged.ts';
import { comparisons, MISSING_DATA, type Alarm, type AlarmSpec, type ComparisonOperator } from '../alarm.ts';
import { keyOf, toDimensions } from '../metric.ts';
import type { ApiParts } from './types.ts';
import { dimensions, flag, integer, list, metricQueries, number, operation, unit, type Output } from './input.ts';

const STATES = ['INSUFFICIENT_DATA', 'ALARM', 'OK'] as const;
const names = list(z.string());
const actions = list(z.string()).default([]);

const putMetricAlarm = z.strictObject({
  AlarmName: z.string(),
  AlarmDescription: z.string().optional(),
  ActionsEnabled: flag.default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Dimensions: dimensions.optional(),
  Period: integer.optional(),
  Unit: unit.optional(),
  EvaluationPeriods: integer,
  DatapointsToAlarm: integer.optional(),
  Threshold: number,
  ComparisonOperator: z.enum(Object.keys(comparisons) as ComparisonOperator[]),
  TreatMissingData: z.enum(MISSING_DATA).optional(),
  EvaluateLowSampleCountPercentile: z.enum(['evaluate', 'ignore']).optional(),
  Metrics: metricQueries.optional(),
});

const describeAlarms = z.strictObject({
  AlarmNames: names.optional(),
  AlarmNamePrefix: z.string().optional(),
  AlarmTypes: list(z.enum(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])).default(['MetricAlarm']),
  StateValue: z.enum(STATES).optional(),
  ActionPrefix: z.string().optional(),
  MaxRecords: integer.pipe(z.int().min(1).max(100)).default(50),
  NextToken: z.string().optional(),
});

const describeAlarmsForMetric = z.strictObject({
  MetricName: z.string(),
  Namespace: z.string(),
  Dimensions: dimensions.default([]),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
  Period: integer.optional(),
  Unit: unit.optional(),
});

const setAlarmState = z.strictObject({
  AlarmName: z.string(),
  StateValue: z.enum(STATES),
  StateReason: z.string().max(1023),
  StateReasonData: z.string().max(4000).optional(),
});

/** Alarms: made, read, set, switched off. */
export function alarmOperations({ alarms }: ApiParts): Record<string, JsonOperation> {
  const some = z.strictObject({ AlarmNames: names });
  /** Of each alarm that is named, or of all. */
  const ask = ({ authorize }: WireRequest, action: string, asked: readonly string[] = ['*']): void => {
    for (const name of asked) authorize(`cloudwatch:${action}`, alarms.arnOf(name));
  };
  const switchActions = (name: string, enabled: boolean): JsonOperation =>
    operation(name, some, ({ AlarmNames }, request) => {
      ask(request, name, AlarmNames);
      // Names that there are not are passed over, as on AWS.
      for (const one of AlarmNames) if (alarms.find(one) !== undefined) alarms.enableActions(one, enabled);
      return {};
    });

  return {
    PutMetricAlarm: operation('PutMetricAlarm', putMetricAlarm, (spec, { authorize }) => {
      const actionArns = [...spec.OKActions, ...spec.AlarmActions, ...spec.InsufficientDataActions];
      authorize('cloudwatch:PutMetricAlarm', alarms.arnOf(spec.AlarmName), { 'cloudwatch:AlarmActions': actionArns });
      alarms.put(spec);
      return {};
    }),

    DescribeAlarms: operation('DescribeAlarms', describeAlarms, (input, request) => {
      ask(request, 'DescribeAlarms', input.AlarmNames);
      const found = input.AlarmTypes.includes('MetricAlarm')
        ? alarms.list().filter((alarm) => matches(alarm, input))
        : [];
      const { MaxRecords: size, NextToken: token } = input;
      const { items, next } = paged(found, { token, size, invalidCode: 'InvalidNextToken' });
      return { MetricAlarms: items.map(described), CompositeAlarms: [], LogAlarms: [], ...next };
    }),

    DescribeAlarmsForMetric: operation('DescribeAlarmsForMetric', describeAlarmsForMetric, (input, request) => {
      ask(request, 'DescribeAlarmsForMetric');
      const found = alarms.list().filter(({ spec }) => watches(spec, input));
      return { MetricAlarms: found.map(described) };
    }),

    DeleteAlarms: operation('DeleteAlarms', some, ({ AlarmNames }, request) => {
      ask(request, 'DeleteAlarms', AlarmNames);
      // All or none.
      for (const name of AlarmNames) alarms.get(name);
      for (const name of new Set(AlarmNames)) alarms.delete(name);
      return {};
    }),

    SetAlarmState: operation('SetAlarmState', setAlarmState, (input, request) => {
      ask(request, 'SetAlarmState', [input.AlarmName]);
      const { StateValue: state, StateReason: reason, StateReasonData: reasonData } = input;
      alarms.setState(input.AlarmName, { state, reason, reasonData });
      return {};
    }),

    EnableAlarmActions: switchActions('EnableAlarmActions', true),
    DisableAlarmActions: switchActions('DisableAlarmActions', false),
  };
}

function matches({ spec, state }: Alarm, input: z.output<typeof describeAlarms>): boolean {
  const { AlarmNames, AlarmNamePrefix = '', StateValue = state, ActionPrefix } = input;
  const actionArns = [...spec.OKActions, ...spec.AlarmActions, ...spec.InsufficientDataActions];
  return (
    AlarmNames?.includes(spec.AlarmName) !== false &&
    spec.AlarmName.startsWith(AlarmNamePrefix) &&
    state === StateValue &&
    (ActionPrefix === undefined || actionArns.some((action) => action.startsWith(ActionPrefix)))
  );
}

function watches(spec: AlarmSpec, input: z.output<typeof describeAlarmsForMetric>): boolean {
  const { MetricName: name, Namespace: namespace = '', Dimensions } = spec;
  if (name === undefined) return false;
  const wanted = { namespace: input.Namespace, name: input.MetricName, dimensions: toDimensions(input.Dimensions) };
  const same = keyOf({ namespace, name, dimensions: toDimensions(Dimensions) }) === keyOf(wanted);
  const rest = ['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const;
  return same && rest.every((one) => input[one] === undefined || input[one] === spec[one]);
}

function described({ spec, arn, state, reason, reasonData, ...moments }: Alarm): Output {
  return {
    ...spec,
    ...(spec.MetricName !== undefined && { Dimensions: spec.Dimensions ?? [] }),
    AlarmArn: arn,
    StateValue: state,
    StateReason: reason,
    ...(reasonData !== undefined && { StateReasonData: reasonData }),
    StateUpdatedTimestamp: new Date(moments.updatedAt),
    StateTransitionedTimestamp: new Date(moments.transitionedAt),
    AlarmConfigurationUpdatedTimestamp: new Date(moments.configuredAt),
  };
}
