import { expect, test } from '@jest/globals';
import type { Alarm, AlarmSpec } from '../../src/services/cloudwatch/alarm.ts';
import { checkAlarm } from '../../src/services/cloudwatch/check-alarm.ts';
import { evaluateAlarm } from '../../src/services/cloudwatch/evaluate-alarm.ts';
import { createMetrics } from '../../src/services/cloudwatch/metrics.ts';
import { createTimeline } from '../../src/services/cloudwatch/timeline.ts';
import { manualClock, MINUTE } from '../../src/testing/in-memory-cloudwatch.ts';

const spec: AlarmSpec = {
  AlarmName: 'overdue',
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  Namespace: 'Shop',
  MetricName: 'orders',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 1,
  ComparisonOperator: 'LessThanThreshold',
  TreatMissingData: 'breaching',
};

/** The state after so many minutes of a cloud that started at noon, of an alarm that was put so many minutes after that. */
function stateOf(minutes: number, put: number): string | undefined {
  const clock = manualClock('2026-11-20T12:00:00Z');
  const start = clock.now().getTime();
  const timeline = createTimeline(clock);
  const metrics = createMetrics(timeline);
  clock.skip(minutes * MINUTE);
  const now = clock.now().getTime();
  const configuredAt = start + put * MINUTE;
  const kept: Alarm = { spec, arn: '', state: 'OK', reason: '', updatedAt: 0, transitionedAt: 0, configuredAt };
  return evaluateAlarm(kept, checkAlarm(spec), now, {
    metrics,
    timeline,
    math: { missingOperand: 'zero', quotaOf: () => undefined },
    queriedAt: clock.now(),
    startedAt: { real: start, cloud: start },
  })?.state;
}

test('an alarm of an earlier run does not take what was forgotten for missing, until its own periods are over', () => {
  expect(stateOf(2, -60)).toBeUndefined();
  expect(stateOf(3, -60)).toBe('ALARM');
});

test('a new alarm does: there was nothing to forget', () => {
  expect(stateOf(2, 1)).toBe('ALARM');
});
