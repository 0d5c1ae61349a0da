import { z } from 'zod';
import type { JsonOperation } from '../../../wire/json.ts';
import { paged } from '../../../wire/paged.ts';
import type { ApiParts } from './types.ts';
import { integer, list, moment, operation } from './input.ts';

const schema = z.strictObject({
  AlarmName: z.string().optional(),
  AlarmTypes: list(z.enum(['MetricAlarm', 'CompositeAlarm', 'LogAlarm'])).default(['MetricAlarm']),
  HistoryItemType: z.enum(['ConfigurationUpdate', 'StateUpdate', 'Action']).optional(),
  StartDate: moment.optional(),
  EndDate: moment.optional(),
  MaxRecords: integer.pipe(z.int().min(1).max(100)).default(100),
  ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
  NextToken: z.string().optional(),
});

/** What happened to alarms, those included that are no more. */
export function historyOperations({ alarms }: ApiParts): Record<string, JsonOperation> {
  return {
    DescribeAlarmHistory: operation('DescribeAlarmHistory', schema, (input, { authorize }) => {
      const { AlarmName, AlarmTypes, HistoryItemType, StartDate = -Infinity, EndDate = Infinity } = input;
      authorize('cloudwatch:DescribeAlarmHistory', alarms.arnOf(AlarmName ?? '*'));
      const found = alarms.history
        .list(AlarmName)
        .filter(({ type }) => HistoryItemType === undefined || type === HistoryItemType)
        .filter(({ at }) => at >= StartDate && at <= EndDate && AlarmTypes.includes('MetricAlarm'));
      const ordered = input.ScanBy === 'TimestampAscending' ? found : found.toReversed();
      const { MaxRecords: size, NextToken: token } = input;
      const { items, next } = paged(ordered, { token, size, invalidCode: 'InvalidNextToken' });
      return {
        AlarmHistoryItems: items.map(({ alarmName, at, type, summary, data }) => ({
          AlarmName: alarmName,
          AlarmType: 'MetricAlarm',
          Timestamp: new Date(at),
          HistoryItemType: type,
          HistorySummary: summary,
          HistoryData: data,
        })),
        ...next,
      };
    }),
  };
}
