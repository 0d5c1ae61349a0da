import type { Api } from '../../../wire/messages.ts';
import { alarmOperations } from './alarm-operations.ts';
import { historyOperations } from './history-operations.ts';
import { metricOperations } from './metric-operations.ts';
import { bothProtocols } from './protocols.ts';
import { putMetricData } from './put-metric-data.ts';
import { queryOperations } from './query-operations.ts';
import type { ApiParts } from './types.ts';

export function cloudwatchApi(parts: ApiParts): Api {
  return bothProtocols({
    PutMetricData: putMetricData(parts),
    ...metricOperations(parts),
    ...queryOperations(parts),
    ...alarmOperations(parts),
    ...historyOperations(parts),
  });
}
