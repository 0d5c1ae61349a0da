import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';

import { alarms } from '../../../functions/shared/stores/alarms.ts';

type Item = { at: string; from: string; to: string };

/** CloudWatch with alarms of these states and histories, the latter told one item at a time; and what it was asked. */
function cloudWatch(known: Record<string, { state: string; history?: Item[] }>) {
  const asked: [command: string, input: object][] = [];
  const client = new CloudWatchClient({ region: 'us-east-1' });
  client.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => {
        asked.push([commandName, input]);
        const output =
          commandName === 'DescribeAlarmsCommand'
            ? {
                MetricAlarms: Object.entries(known).map(([AlarmName, { state }]) => ({ AlarmName, StateValue: state })),
              }
            : historyPage(input as HistoryInput, known);
        return { output: { $metadata: {}, ...output }, response: {} };
      },
    { step: 'initialize' },
  );
  return { asked, ...alarms(client) };
}

type HistoryInput = { AlarmName: string; StartDate: Date; NextToken?: string };

function historyPage({ AlarmName, StartDate, NextToken = '0' }: HistoryInput, known: Parameters<typeof cloudWatch>[0]) {
  const items = (known[AlarmName]?.history ?? []).filter(({ at }) => new Date(at) >= StartDate);
  const page = Number(NextToken);
  return {
    AlarmHistoryItems: items.slice(page, page + 1).map(({ at, from, to }) => ({
      Timestamp: new Date(at),
      HistoryData: JSON.stringify({ version: '1.0', oldState: { stateValue: from }, newState: { stateValue: to } }),
    })),
    ...(page + 1 < items.length && { NextToken: String(page + 1) }),
  };
}

const since = '2026-05-01T12:00:00.000Z';

test('fired are alarms that are in ALARM, and those that were since then, and no others', async () => {
  const { firedSince, asked } = cloudWatch({
    firing: { state: 'ALARM' },
    'calm again': {
      state: 'OK',
      history: [
        { at: '2026-05-01T12:05:00.000Z', from: 'ALARM', to: 'OK' },
        { at: '2026-05-01T12:01:00.000Z', from: 'OK', to: 'ALARM' },
      ],
    },
    'fired before': { state: 'OK', history: [{ at: '2026-05-01T11:59:00.000Z', from: 'OK', to: 'ALARM' }] },
    'calm since': { state: 'OK', history: [{ at: '2026-05-01T12:01:00.000Z', from: 'ALARM', to: 'OK' }] },
    'knows nothing': { state: 'INSUFFICIENT_DATA' },
  });

  expect(await firedSince(['knows nothing', 'calm again', 'fired before', 'firing', 'calm since'], since)).toEqual([
    'calm again',
    'firing',
  ]);
  expect(asked[0]).toEqual([
    'DescribeAlarmsCommand',
    { AlarmNames: ['knows nothing', 'calm again', 'fired before', 'firing', 'calm since'] },
  ]);
  expect(asked[1]).toEqual([
    'DescribeAlarmHistoryCommand',
    { AlarmName: 'knows nothing', HistoryItemType: 'StateUpdate', StartDate: new Date(since) },
  ]);
});

test('no request is sent without alarms: it would return all alarms of the account', async () => {
  const { firedSince, asked } = cloudWatch({ firing: { state: 'ALARM' } });
  expect(await firedSince([], since)).toEqual([]);
  expect(asked).toEqual([]);
});
