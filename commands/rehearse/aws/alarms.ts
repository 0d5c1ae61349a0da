import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type CloudWatchClient,
  type Dimension,
  type MetricAlarm,
  type MetricDataQuery,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';

/** By function name: the version that its alarms must watch. */
export type Versions = ReadonlyMap<string, string>;

/** The maximum number of names per DescribeAlarms call. */
const AT_ONCE = 100;

export async function describeAlarms(cloudWatch: CloudWatchClient, names: readonly string[]): Promise<MetricAlarm[]> {
  if (names.length === 0) return [];
  const { MetricAlarms: alarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: AT_ONCE }),
  );
  return alarms;
}

export async function putAlarms(cloudWatch: CloudWatchClient, alarms: readonly MetricAlarm[]): Promise<void> {
  await Promise.all(alarms.map((alarm) => cloudWatch.send(new PutMetricAlarmCommand(definitionOf(alarm)))));
}

/** Returns the alarm with the versions of these functions replaced in its dimensions, as a release by CloudFormation does. */
export function pinned(alarm: MetricAlarm, versions: Versions): MetricAlarm {
  return {
    ...alarm,
    ...(alarm.Dimensions && { Dimensions: pinnedDimensions(alarm.Dimensions, versions) }),
    ...(alarm.Metrics && { Metrics: alarm.Metrics.map((query) => pinnedQuery(query, versions)) }),
  };
}

function pinnedQuery(query: MetricDataQuery, versions: Versions): MetricDataQuery {
  const { MetricStat: stat } = query;
  if (stat?.Metric?.Dimensions === undefined) return query;
  const metric = { ...stat.Metric, Dimensions: pinnedDimensions(stat.Metric.Dimensions, versions) };
  return { ...query, MetricStat: { ...stat, Metric: metric } };
}

/** The dimension with the version: in Lambda's metrics, and in ours. */
const versionDimensions = new Set(['ExecutedVersion', 'FunctionVersion']);

function pinnedDimensions(dimensions: readonly Dimension[], versions: Versions): Dimension[] {
  const version = versions.get(dimensions.find(({ Name }) => Name === 'FunctionName')?.Value ?? '');
  return dimensions.map((dimension) =>
    version !== undefined && versionDimensions.has(dimension.Name ?? '') ? { ...dimension, Value: version } : dimension,
  );
}

/** Converts a DescribeAlarms result to the input of PutMetricAlarm. */
function definitionOf(alarm: MetricAlarm): PutMetricAlarmCommandInput {
  return {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription,
    ActionsEnabled: alarm.ActionsEnabled,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    MetricName: alarm.MetricName,
    Namespace: alarm.Namespace,
    Statistic: alarm.Statistic,
    ExtendedStatistic: alarm.ExtendedStatistic,
    Dimensions: alarm.Dimensions,
    Period: alarm.Period,
    Unit: alarm.Unit,
    EvaluationPeriods: alarm.EvaluationPeriods,
    DatapointsToAlarm: alarm.DatapointsToAlarm,
    Threshold: alarm.Threshold,
    ComparisonOperator: alarm.ComparisonOperator,
    TreatMissingData: alarm.TreatMissingData,
    EvaluateLowSampleCountPercentile: alarm.EvaluateLowSampleCountPercentile,
    Metrics: alarm.Metrics,
    ThresholdMetricId: alarm.ThresholdMetricId,
  };
}
