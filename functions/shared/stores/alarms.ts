import { DescribeAlarmHistoryCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

/** What CloudWatch's alarms say, and have said. */
export function alarms(cloudWatch: CloudWatchClient) {
  /** Those of the alarms that are in ALARM, or were at any time since a moment (ISO 8601, UTC). At most a hundred may be asked for. */
  async function firedSince(names: readonly string[], since: string): Promise<string[]> {
    // Without names, the call returns every alarm of the account.
    if (names.length === 0) return [];
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
    const inAlarm = new Set(
      MetricAlarms.flatMap(({ AlarmName, StateValue }) => (StateValue === 'ALARM' ? AlarmName : [])),
    );
    const fired = await Promise.all(names.map(async (name) => inAlarm.has(name) || (await hasFired(name, since))));
    return names.filter((_, index) => fired[index]);
  }

  async function hasFired(name: string, since: string): Promise<boolean> {
    for (let token: string | undefined; ;) {
      const { AlarmHistoryItems = [], NextToken } = await cloudWatch.send(
        new DescribeAlarmHistoryCommand({
          AlarmName: name,
          HistoryItemType: 'StateUpdate',
          StartDate: new Date(since),
          ...(token !== undefined && { NextToken: token }),
        }),
      );
      if (AlarmHistoryItems.some(({ HistoryData }) => newState(HistoryData) === 'ALARM')) return true;
      if (NextToken === undefined) return false;
      token = NextToken;
    }
  }

  return { firedSince };
}

/** `{"newState": {"stateValue": "ALARM", …}, "oldState": …}`, as text. */
function newState(data = '{}'): string | undefined {
  const { newState } = JSON.parse(data) as { newState?: { stateValue?: string } };
  return newState?.stateValue;
}
