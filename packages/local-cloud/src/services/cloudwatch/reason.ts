import type { AlarmState } from '../../core/cloud-event.ts';
import { comparisons, type AlarmSpec } from './alarm.ts';
import type { Decision } from './decide.ts';

type Rule = Pick<
  AlarmSpec,
  'EvaluationPeriods' | 'DatapointsToAlarm' | 'Threshold' | 'ComparisonOperator' | 'TreatMissingData'
>;

export const INITIAL_REASON = 'Unchecked: Initial alarm creation';

/** As many points or more are named in a sentence of their own, and no more than this. */
const MOST_NAMED = 5;

/** Why an alarm is in a state, in AWS's words. */
export function reasonFor(state: AlarmState, { counted, filled }: Decision, rule: Rule): string {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods } = rule;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${plural(periods, 'datapoint was', 'datapoints were')} unknown.`;
  }
  if (counted.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${plural(periods, 'period', 'periods')} and ${treated(filled, rule)}.`;
  }
  const { breaches, words } = comparisons[rule.ComparisonOperator];
  const telling = counted
    .filter(({ value }) => breaches(value, rule.Threshold) === (state === 'ALARM'))
    .toReversed()
    .map(({ value, at }) => `${decimal(value)} (${moment(at)})`);
  if (telling.length === 0) return `Threshold Crossed: ${treated(filled, rule)}.`;
  const many = telling.length >= MOST_NAMED;
  const list = `[${telling.slice(0, MOST_NAMED).join(', ')}]`;
  const howMany =
    rule.DatapointsToAlarm === undefined
      ? plural(telling.length, 'datapoint', 'datapoints')
      : `${String(telling.length)} out of the last ${String(periods)} datapoints`;
  const minimum = state === 'ALARM' ? needed : periods - needed + 1;
  return [
    `Threshold Crossed: ${howMany}${many ? '' : ` ${list}`}`,
    ` ${telling.length === 1 ? 'was' : 'were'}${state === 'ALARM' ? '' : ' not'} ${words} the threshold (${decimal(rule.Threshold)})`,
    filled > 0 && /breaching/i.test(rule.TreatMissingData ?? '') ? ` and ${treated(filled, rule)}` : '',
    many ? `. The most recent datapoints which crossed the threshold: ${list}` : '',
    rule.DatapointsToAlarm === undefined
      ? ''
      : ` (minimum ${plural(minimum, 'datapoint', 'datapoints')} for ${state === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK'} transition)`,
    '.',
  ].join('');
}

function treated(filled: number, { TreatMissingData = 'missing' }: Rule): string {
  const how = { breaching: 'Breaching', notBreaching: 'NonBreaching', ignore: 'Ignored', missing: 'Missing' };
  return `${plural(filled, 'missing datapoint was', 'missing datapoints were')} treated as [${how[TreatMissingData]}]`;
}

function plural(count: number, one: string, more: string): string {
  return `${String(count)} ${count === 1 ? one : more}`;
}

/** AWS writes whole numbers with a digit after the point. */
function decimal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
}

/** `20/11/26 12:34:00`, UTC. */
function moment(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().slice(2, 19).split('T');
  return `${date.split('-').reverse().join('/')} ${time}`;
}
