import type { AlarmState } from '../../core/cloud-event.ts';
import { comparisons, type AlarmSpec } from './alarm.ts';

/** A period's value; undefined: no data came. */
export type Point = { value: number | undefined; at: number };

export type Decision = {
  /** Undefined: it stays as it is. */
  state: AlarmState | undefined;
  /** The real points that counted, oldest first, and how many missing ones were counted beside them. */
  counted: readonly (Point & { value: number })[];
  filled: number;
};

/** Points before the evaluation periods that are looked at where some are missing: AWS tells of two for three periods. */
const EXTRA_POINTS = 2;

/** How many points, the latest included, an alarm looks at. */
export function evaluationRange({ EvaluationPeriods }: Pick<AlarmSpec, 'EvaluationPeriods'>): number {
  return EvaluationPeriods + EXTRA_POINTS;
}

type Rule = Pick<
  AlarmSpec,
  'EvaluationPeriods' | 'DatapointsToAlarm' | 'Threshold' | 'ComparisonOperator' | 'TreatMissingData'
>;

/**
 * The state that points (of the whole evaluation range, oldest first) ask for. The latest real points decide where there are enough of
 * them, however old within the range; only what is lacking then is filled as `TreatMissingData` says.
 */
export function decide(points: readonly Point[], rule: Rule): Decision {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, TreatMissingData = 'missing' } = rule;
  const { breaches } = comparisons[rule.ComparisonOperator];
  const real = points.filter((point): point is Point & { value: number } => point.value !== undefined);
  const counted = real.slice(-periods);
  const filled = periods - counted.length;
  const breaching = counted.filter(({ value }) => breaches(value, rule.Threshold));
  const decided = (state: AlarmState | undefined): Decision => ({ state, counted, filled });
  if (breaching.length >= needed) return decided('ALARM');
  if (filled === 0) return decided('OK');

  switch (TreatMissingData) {
    case 'breaching':
      return decided(breaching.length + filled >= needed ? 'ALARM' : 'OK');
    case 'notBreaching':
      return decided('OK');
    case 'ignore':
      return decided(breaching.length < counted.length ? 'OK' : undefined);
    case 'missing': {
      if (counted.length === 0) return decided('INSUFFICIENT_DATA');
      if (breaching.length < counted.length) return decided('OK');
      // Nothing but breaches, too few. It is an alarm once the first of them is so old that data since then would have been enough.
      const age = points.length - points.findIndex(({ value }) => value !== undefined);
      return decided(age >= needed ? 'ALARM' : undefined);
    }
  }
}
