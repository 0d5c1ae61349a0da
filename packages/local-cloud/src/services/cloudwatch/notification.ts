import type { AlarmState } from '../../core/cloud-event.ts';
import { queriesOf, type Alarm, type AlarmSpec } from './alarm.ts';
import { toDimensions, type Dimension } from './metric.ts';
import type { MetricQuery } from './queries.ts';

type Place = { accountId: string; region: string };

/** A region as AWS calls it in messages to people. */
function nameOf(region: string): string {
  return region === 'us-east-1' ? 'US East (N. Virginia)' : region;
}

/** SNS takes subjects of at most 100 characters. */
export function subjectOf({ spec, state }: Alarm, { region }: Place): string {
  return `${state}: "${spec.AlarmName}" in ${nameOf(region)}`.slice(0, 100);
}

/** What an alarm's topic is told, as AWS writes it. */
export function messageOf(
  { spec, arn, configuredAt, ...alarm }: Alarm,
  before: AlarmState,
  { accountId, region }: Place,
): string {
  return JSON.stringify({
    AlarmName: spec.AlarmName,
    AlarmDescription: spec.AlarmDescription ?? null,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: stamp(configuredAt),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: stamp(alarm.transitionedAt),
    Region: nameOf(region),
    AlarmArn: arn,
    OldStateValue: before,
    OKActions: spec.OKActions,
    AlarmActions: spec.AlarmActions,
    InsufficientDataActions: spec.InsufficientDataActions,
    Trigger: triggerOf(spec),
  });
}

function triggerOf(spec: AlarmSpec): object {
  const { Period, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold } = spec;
  const rule = {
    EvaluationPeriods,
    ...(DatapointsToAlarm !== undefined && { DatapointsToAlarm }),
    ComparisonOperator,
    Threshold,
    TreatMissingData: spec.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: spec.EvaluateLowSampleCountPercentile ?? '',
  };
  const dimensions = (list: readonly Dimension[] = []): object[] =>
    list.map(({ Name, Value }) => ({ value: Value, name: Name }));
  if (spec.Metrics !== undefined) {
    const period = spec.Metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period;
    const metrics = spec.Metrics.map(({ MetricStat: stat, ReturnData = true, ...query }) => ({
      ...query,
      ...(stat !== undefined && {
        MetricStat: { ...stat, Metric: { ...stat.Metric, Dimensions: dimensions(stat.Metric.Dimensions) } },
      }),
      ReturnData,
    }));
    return { Period: period, ...rule, Metrics: metrics };
  }
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Unit = null } = spec;
  return {
    MetricName,
    Namespace,
    ...(Statistic === undefined
      ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic }
      : { StatisticType: 'Statistic', Statistic: Statistic.replace(/(?<=.)(?=[A-Z])/g, '_').toUpperCase() }),
    Unit,
    Dimensions: dimensions(spec.Dimensions),
    Period,
    ...rule,
  };
}

/** The detail of EventBridge's "CloudWatch Alarm State Change". */
export function eventDetailOf(alarm: Alarm, before: Alarm): object {
  const { spec } = alarm;
  const said = ({ state, reason, reasonData, updatedAt }: Alarm): object => ({
    value: state,
    reason,
    ...(reasonData !== undefined && { reasonData }),
    timestamp: stamp(updatedAt),
  });
  return {
    alarmName: spec.AlarmName,
    state: said(alarm),
    previousState: said(before),
    configuration: {
      ...(spec.AlarmDescription !== undefined && { description: spec.AlarmDescription }),
      metrics: queriesOf(spec).map(eventQuery),
    },
  };
}

function eventQuery({ Id, MetricStat: stat, Expression, Label, ReturnData = true }: MetricQuery): object {
  return {
    id: Id,
    ...(stat !== undefined && {
      metricStat: {
        metric: {
          namespace: stat.Metric.Namespace,
          name: stat.Metric.MetricName,
          dimensions: toDimensions(stat.Metric.Dimensions),
        },
        period: stat.Period,
        stat: stat.Stat,
        ...(stat.Unit !== undefined && { unit: stat.Unit }),
      },
    }),
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    returnData: ReturnData,
  };
}

/** `2026-11-20T12:34:56.789+0000`, as AWS writes moments in alarms. */
export function stamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}
