import { describe, expect, test } from '@jest/globals';
import { decide, evaluationRange } from '../../src/services/cloudwatch/decide.ts';
import type { MissingData } from '../../src/services/cloudwatch/alarm.ts';
import { reasonFor } from '../../src/services/cloudwatch/reason.ts';

// The tables of "How alarm state is evaluated when data is missing" in the CloudWatch User Guide: the oldest point first, 0 is within the
// threshold, X is not, - is missing.
const OK = 'OK';
const ALARM = 'ALARM';
const UNKNOWN = 'INSUFFICIENT_DATA';
const SAME = undefined;

type Row = { points: string; filled: number } & Readonly<Record<MissingData, string | undefined>>;

const threeOfThree: readonly Row[] = [
  { points: '0 - X - X', filled: 0, missing: OK, ignore: OK, breaching: OK, notBreaching: OK },
  { points: '0 - - - -', filled: 2, missing: OK, ignore: OK, breaching: OK, notBreaching: OK },
  { points: '- - - - -', filled: 3, missing: UNKNOWN, ignore: SAME, breaching: ALARM, notBreaching: OK },
  { points: '0 X X - X', filled: 0, missing: ALARM, ignore: ALARM, breaching: ALARM, notBreaching: ALARM },
  { points: '- - X - -', filled: 2, missing: ALARM, ignore: SAME, breaching: ALARM, notBreaching: OK },
];

const twoOfThree: readonly Row[] = [
  { points: '0 - X - X', filled: 0, missing: ALARM, ignore: ALARM, breaching: ALARM, notBreaching: ALARM },
  { points: '0 0 X 0 X', filled: 0, missing: ALARM, ignore: ALARM, breaching: ALARM, notBreaching: ALARM },
  { points: '0 - X - -', filled: 1, missing: OK, ignore: OK, breaching: ALARM, notBreaching: OK },
  { points: '- - - - 0', filled: 2, missing: OK, ignore: OK, breaching: ALARM, notBreaching: OK },
  { points: '- - - X -', filled: 2, missing: ALARM, ignore: SAME, breaching: ALARM, notBreaching: OK },
];

const rule = (DatapointsToAlarm: number, TreatMissingData: MissingData) => ({
  EvaluationPeriods: 3,
  DatapointsToAlarm,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold' as const,
  TreatMissingData,
});
const read = (text: string) =>
  text.split(' ').map((sign, index) => ({ value: { '0': 0, X: 2 }[sign], at: index * 300_000 }));

describe.each([
  [3, threeOfThree],
  [2, twoOfThree],
])('%i of 3 datapoints to alarm', (needed, table) => {
  test.each(table)('$points', ({ points, filled, ...expected }) => {
    for (const [treatment, state] of Object.entries(expected)) {
      const decision = decide(read(points), rule(needed, treatment as MissingData));
      expect({ treatment, state: decision.state }).toEqual({ treatment, state });
      expect(decision.filled).toBe(filled);
    }
  });
});

test('five points are looked at for three evaluation periods', () => {
  expect(evaluationRange({ EvaluationPeriods: 3 })).toBe(5);
});

// "Avoiding premature transitions to alarm state": a single latest breach may be followed by a point that is none.
test.each(['- - - - X', '- - - X -'])('%s is no alarm yet where three of three are needed', (points) => {
  expect(decide(read(points), rule(3, 'missing')).state).toBeUndefined();
});

test.each([
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
] as const)('%s', (ComparisonOperator, expected) => {
  const breaches = [0, 1, 2].map(
    (value) =>
      decide([{ value, at: 0 }], {
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator,
        TreatMissingData: 'missing',
      }).state === 'ALARM',
  );
  expect(breaches).toEqual(expected);
});

test.each([
  [
    'X',
    { EvaluationPeriods: 1 },
    'Threshold Crossed: 1 datapoint [2.0 (01/01/70 00:00:00)] was greater than the threshold (1.0).',
  ],
  [
    '0',
    { EvaluationPeriods: 1 },
    'Threshold Crossed: 1 datapoint [0.0 (01/01/70 00:00:00)] was not greater than the threshold (1.0).',
  ],
  [
    'X',
    { EvaluationPeriods: 1, DatapointsToAlarm: 1 },
    'Threshold Crossed: 1 out of the last 1 datapoints [2.0 (01/01/70 00:00:00)] was greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).',
  ],
  [
    'X - -',
    { EvaluationPeriods: 3, DatapointsToAlarm: 1, TreatMissingData: 'notBreaching' },
    'Threshold Crossed: 1 out of the last 3 datapoints [2.0 (01/01/70 00:00:00)] was greater than the threshold (1.0) and 2 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).',
  ],
  [
    '-',
    { EvaluationPeriods: 1, TreatMissingData: 'notBreaching' },
    'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
  ],
  ['- -', { EvaluationPeriods: 2 }, 'Insufficient Data: 2 datapoints were unknown.'],
  [
    'X X X X X',
    { EvaluationPeriods: 5, DatapointsToAlarm: 5 },
    'Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold (1.0). The most recent datapoints which crossed the threshold: [2.0 (01/01/70 00:20:00), 2.0 (01/01/70 00:15:00), 2.0 (01/01/70 00:10:00), 2.0 (01/01/70 00:05:00), 2.0 (01/01/70 00:00:00)] (minimum 5 datapoints for OK -> ALARM transition).',
  ],
] as const)('%s is told in the words of AWS', (points, changes, reason) => {
  const own = { Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' as const, ...changes };
  const decision = decide(read(points), own);
  expect(reasonFor(decision.state ?? 'OK', decision, own)).toBe(reason);
});
