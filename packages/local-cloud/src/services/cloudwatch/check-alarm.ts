import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { queriesOf, type AlarmSpec } from './alarm.ts';
import { checkQueries, type Queries } from './queries.ts';
import { STATISTICS } from './statistic.ts';

const DAY = 86_400;
const MOST_ACTIONS = 5;
const MOST_METRICS = 10;

/** An alarm's queries, ready to be asked, and which of them is watched. */
export type Watched = { queries: Queries; id: string; periodSeconds: number };

/** Throws AwsError for what AWS refuses (ValidationException and others), NotImplemented for what only AWS has. */
export function checkAlarm(spec: AlarmSpec): Watched {
  checkNames(spec);
  for (const actions of [spec.OKActions, spec.AlarmActions, spec.InsufficientDataActions]) checkActions(actions);
  checkSource(spec);
  const { EvaluationPeriods: periods, DatapointsToAlarm: datapoints = periods } = spec;
  if (periods < 1) throw invalid(`EvaluationPeriods is ${String(periods)}: it is at least 1.`);
  if (datapoints < 1 || datapoints > periods) {
    throw invalid(`DatapointsToAlarm is ${String(datapoints)}: it is 1 to EvaluationPeriods (${String(periods)}).`);
  }
  const watched = watchedBy(spec);
  checkPeriod(watched.periodSeconds, periods);
  return watched;
}

function checkNames({ AlarmName, AlarmDescription = '' }: AlarmSpec): void {
  // eslint-disable-next-line no-control-regex -- they are what AWS refuses
  if (AlarmName === '' || AlarmName.length > 255 || /[\x00-\x1f\x7f]/.test(AlarmName)) {
    throw invalid(`${AlarmName} is no name for an alarm: 1 to 255 characters, none of them a control character.`);
  }
  if (AlarmDescription.length > 1024) throw invalid('AlarmDescription has at most 1024 characters.');
}

function checkActions(actions: readonly string[]): void {
  if (actions.length > MOST_ACTIONS) throw invalid(`An alarm has at most ${String(MOST_ACTIONS)} actions per state.`);
  const other = actions.find((action) => !/^arn:aws:sns:[^:]+:\d{12}:[\w-]+$/.test(action));
  if (other !== undefined) throw notImplemented(`alarm actions like ${other}: standard topics are`);
}

/** What is watched is one metric or an expression over several, never both. */
function checkSource(spec: AlarmSpec): void {
  const ofOne = ['MetricName', 'Namespace', 'Dimensions', 'Statistic', 'ExtendedStatistic', 'Unit', 'Period'] as const;
  const given = ofOne.filter((name) => spec[name] !== undefined && name !== 'Dimensions');
  if (spec.Metrics !== undefined) {
    if (given.length === 0 && (spec.Dimensions ?? []).length === 0) return;
    throw invalid(`Metrics and ${given[0] ?? 'Dimensions'} are mutually exclusive and you have specified both.`);
  }
  for (const name of ['MetricName', 'Namespace', 'Period'] as const) {
    if (spec[name] === undefined) throw invalid(`An alarm needs ${name}, or Metrics.`);
  }
  if ((spec.Statistic === undefined) === (spec.ExtendedStatistic === undefined)) {
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be specified.');
  }
  if (spec.Statistic !== undefined && !STATISTICS.includes(spec.Statistic)) {
    throw invalid(`Statistic is ${spec.Statistic}: it is one of ${STATISTICS.join(', ')}.`);
  }
  if (spec.EvaluateLowSampleCountPercentile !== undefined && spec.ExtendedStatistic === undefined) {
    throw invalid('EvaluateLowSampleCountPercentile is for percentiles only.');
  }
}

function watchedBy(spec: AlarmSpec): Watched {
  const list = queriesOf(spec);
  const queries = checkQueries(list);
  if (list.filter(({ MetricStat }) => MetricStat !== undefined).length > MOST_METRICS) {
    throw invalid(`An alarm watches at most ${String(MOST_METRICS)} metrics.`);
  }
  const [watched, ...others] = list.filter(({ ReturnData = true }) => ReturnData);
  if (watched === undefined || others.length > 0) {
    throw invalid('Exactly one element of the metrics list should return data.');
  }
  if (queries.typeOf(watched.Id) !== 'series') {
    throw invalid(`The expression of ${watched.Id} gives several time series, and an alarm watches one.`);
  }
  const periods = new Set(list.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Period])));
  if (periods.size > 1) throw invalid('All metrics of an alarm must have the same period.');
  return { queries, id: watched.Id, periodSeconds: queries.periodOf(watched.Id) };
}

function checkPeriod(seconds: number, periods: number): void {
  if (![10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0)) {
    throw invalid(`Period is ${String(seconds)}: it is 10, 20, 30 or a multiple of 60.`);
  }
  const most = seconds < 3600 ? DAY : 7 * DAY;
  if (seconds * periods > most) {
    throw invalid(
      `Metrics cannot be checked across more than ${most === DAY ? 'a day' : 'a week'} (EvaluationPeriods * Period must be <= ${String(most)}).`,
    );
  }
}

function invalid(why: string): AwsError {
  return new AwsError('ValidationException', why);
}
