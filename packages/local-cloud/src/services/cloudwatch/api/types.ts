import type { ServiceContext } from '../../../core/service-context.ts';
import type { Alarms } from '../alarms.ts';
import type { Metrics } from '../metrics.ts';
import type { MathSetting } from '../queries.ts';
import type { Timeline } from '../timeline.ts';

export type ApiParts = {
  context: ServiceContext;
  alarms: Alarms;
  metrics: Metrics;
  timeline: Timeline;
  math: MathSetting;
};
