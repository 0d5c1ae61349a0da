import type { Api } from '../../../wire/messages.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import type { Alarms } from '../alarms.ts';
import type { Metrics } from '../metrics.ts';
import type { MathSetting } from '../queries.ts';
import type { Timeline } from '../timeline.ts';
import { alarmOperations } from './alarm-operations.ts';
import { historyOperations } from './history-operations.ts';
import { metricOperations } from './metric-operations.ts';
import { bothProtocols } from './protocols.ts';
import { putMetricData } from './put-metric-data.ts';
import { queryOperations } from './query-operations.ts';

export type ApiParts = {
  context: ServiceContext;
  alarms: Alarms;
  metrics: Metrics;
  timeline: Timeline;
  math: MathSetting;
};

export function cloudwatchApi(parts: ApiParts): Api {
  return bothProtocols({
    PutMetricData: putMetricData(parts),
    ...metricOperations(parts),
    ...queryOperations(parts),
    ...alarmOperations(parts),
    ...historyOperations(parts),
  });
}
