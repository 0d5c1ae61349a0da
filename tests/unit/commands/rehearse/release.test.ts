import { createHash } from 'node:crypto';
import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';

import { pinned } from '../../../../commands/rehearse/aws/alarms.ts';
import { revisionOf } from '../../../../commands/rehearse/aws/app-spec.ts';
import { since } from '../../../../commands/rehearse/aws/counts.ts';

test('tells CodeDeploy what to move, and whom to ask before and after, with a hash of just that', () => {
  const shift = { functionName: 'stack-thumbs-1X', alias: 'live', currentVersion: '4', targetVersion: '5' };
  const { revisionType, appSpecContent } = revisionOf(shift, { before: 'CodeDeployHook_a', after: 'CodeDeployHook_b' });
  expect(revisionType).toBe('AppSpecContent');
  expect(JSON.parse(appSpecContent?.content ?? '')).toEqual({
    version: 0,
    Resources: [
      {
        'stack-thumbs-1X': {
          Type: 'AWS::Lambda::Function',
          Properties: { Name: 'stack-thumbs-1X', Alias: 'live', CurrentVersion: '4', TargetVersion: '5' },
        },
      },
    ],
    Hooks: [{ BeforeAllowTraffic: 'CodeDeployHook_a' }, { AfterAllowTraffic: 'CodeDeployHook_b' }],
  });
  const hash = createHash('sha256').update(appSpecContent?.content ?? '');
  expect(appSpecContent?.sha256).toBe(hash.digest('hex'));
});

const versions = new Map([
  ['thumbs', '5'],
  ['renditions', '9'],
]);

function stat(id: string, functionName: string, dimension: string) {
  const Dimensions = [
    { Name: 'FunctionName', Value: functionName },
    { Name: dimension, Value: '4' },
  ];
  return { Id: id, MetricStat: { Metric: { MetricName: 'Errors', Dimensions }, Period: 300, Stat: 'Sum' } };
}

test('alarms look at the new version of the function that each of their metrics is about, and at nothing else anew', () => {
  const expression = { Id: 'e', Expression: 'a + b', ReturnData: true };
  const stranger = stat('c', 'other', 'ExecutedVersion');
  const queue = { Id: 'd', MetricStat: { Metric: { Dimensions: [{ Name: 'QueueName', Value: '4' }] }, Period: 60 } };
  const alarm = {
    AlarmName: 'a-4',
    Threshold: 0,
    Metrics: [expression, stat('a', 'thumbs', 'ExecutedVersion'), stat('b', 'renditions', 'FunctionVersion'), stranger],
  };
  const [first, a, b, ...others] = pinned(alarm, versions).Metrics ?? [];
  expect([first, ...others]).toEqual([expression, stranger]);
  expect(a?.MetricStat?.Metric?.Dimensions?.[1]).toEqual({ Name: 'ExecutedVersion', Value: '5' });
  expect(b?.MetricStat?.Metric?.Dimensions?.[1]).toEqual({ Name: 'FunctionVersion', Value: '9' });
  expect(a?.MetricStat).toMatchObject({ Period: 300, Stat: 'Sum', Metric: { MetricName: 'Errors' } });
  const unversioned: MetricAlarm = { AlarmName: 'q', Metrics: [queue as never] };
  expect(pinned(unversioned, versions)).toEqual(unversioned);
});

test('an alarm on one metric is pinned as well', () => {
  const Dimensions = [
    { Name: 'ExecutedVersion', Value: '4' },
    { Name: 'FunctionName', Value: 'thumbs' },
  ];
  expect(pinned({ Dimensions }, versions).Dimensions).toEqual([
    { Name: 'ExecutedVersion', Value: '5' },
    { Name: 'FunctionName', Value: 'thumbs' },
  ]);
});

test('counts what was added since a reading, of versions that it did not know as well', () => {
  const before = { 4: { invocations: 10, errors: 1 } };
  const now = { 4: { invocations: 15, errors: 1 }, 5: { invocations: 2, errors: 2 } };
  expect(since(before, now)).toEqual({ 4: { invocations: 5, errors: 0 }, 5: { invocations: 2, errors: 2 } });
});
