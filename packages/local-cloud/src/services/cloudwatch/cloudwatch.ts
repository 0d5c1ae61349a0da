import type { AlarmState, CloudEvent } from '../../core/cloud-event.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Alarm, AlarmSpec } from './alarm.ts';
import { openAlarms, type PublishEvent } from './alarms.ts';
import { cloudwatchApi } from './api/api.ts';
import { checkAlarm } from './check-alarm.ts';
import { readEmbedded } from './embedded-metrics.ts';
import { evaluateAlarm } from './evaluate-alarm.ts';
import { measureConcurrency, measureEndedEvent, measureInvocation, type ConcurrencyPeak } from './lambda-metrics.ts';
import type { Measured } from './metric.ts';
import { createMetrics } from './metrics.ts';
import type { MathSetting } from './queries.ts';
import { createQueueMetrics, type QueueState } from './queue-metrics.ts';
import { isMinute, startTicker, type Ticker } from './ticker.ts';
import { createTimeline } from './timeline.ts';

export type CloudWatch = ReturnType<typeof createCloudWatch>;

export type CloudWatchParts = {
  queues: () => Iterable<QueueState>;
  publish: PublishEvent;
  /** The most that functions ran at once since the last look. */
  concurrency: () => ConcurrencyPeak;
  math: MathSetting;
};

/** An alarm that was put is evaluated so much later, in the cloud's time: whoever put it sees it as it was made. */
const SOON_MS = 1000;
/** Different complaints about log lines that are told. */
const MOST_COMPLAINTS = 1000;

/** CloudWatch's metrics and alarms. Call `start` once the cloud runs: alarms are evaluated from then on. */
export function createCloudWatch(context: ServiceContext, parts: CloudWatchParts) {
  const { clock, observe, stopping } = context;
  const timeline = createTimeline(clock);
  const metrics = createMetrics(timeline);
  const alarms = openAlarms(context, parts);
  const measureQueues = createQueueMetrics(parts.queues, timeline);
  const complaints = new Set<string>();
  const startedAt = { real: clock.now().getTime(), cloud: timeline.now() };
  let ticker: Ticker | undefined;

  function add(measured: readonly (Measured & { fine?: boolean })[], cloud: number): void {
    const at = { real: clock.now().getTime(), cloud };
    for (const { metric, ...samples } of measured) metrics.add(metric, { ...samples, at });
  }

  function evaluate(alarm: Alarm, end: number): void {
    const name = alarm.spec.AlarmName;
    try {
      const found = evaluateAlarm(alarm, alarms.watchedBy(alarm), end, {
        metrics,
        timeline,
        math: parts.math,
        queriedAt: clock.now(),
        startedAt,
      });
      if (found !== undefined) alarms.setState(name, found);
    } catch (error) {
      observe({ type: 'note', text: `The alarm ${name} could not be evaluated: ${String(error)}` });
    }
  }

  async function evaluateSoon(name: string): Promise<void> {
    ticker?.hurry();
    await clock.wait(SOON_MS, stopping);
    const alarm = alarms.find(name);
    if (alarm !== undefined && ticker !== undefined && !stopping.aborted) evaluate(alarm, timeline.now());
  }

  function tick(boundary: number, isLatest: boolean): void {
    // What is measured now belongs to the minute that has just ended.
    if (isMinute(boundary) && isLatest)
      add([...measureQueues(), ...measureConcurrency(parts.concurrency())], boundary - 1);
    for (const alarm of alarms.list()) {
      if (isMinute(boundary) || isFine(alarms.watchedBy(alarm).periodSeconds)) evaluate(alarm, boundary);
    }
  }

  const put = (spec: AlarmSpec): Alarm => {
    const { queries, id } = checkAlarm(spec);
    queries.evaluate(id, () => [], parts.math); // a quota that is not known here is refused now, not once a minute
    const alarm = alarms.put(spec);
    void evaluateSoon(spec.AlarmName);
    return alarm;
  };

  return {
    alarms: { ...alarms, put },
    metrics,
    /** Undefined where there is no such alarm. */
    stateOf: (alarmName: string): AlarmState | undefined => alarms.find(alarmName)?.state,

    /** Measures what happens in the cloud. */
    record: (event: CloudEvent): void => {
      if (event.type === 'asynchronous-event-ended') add(measureEndedEvent(event), timeline.now());
      if (event.type !== 'invocation-ended' && event.type !== 'invocation-throttled') return;
      add(measureInvocation(event), timeline.now());
    },

    /** Takes the metrics that a line of a log carries. */
    takeLogLine: ({ group, message }: { group: string; message: string }): void => {
      const embedded = readEmbedded(message, clock.now().getTime());
      if (embedded === undefined) return;
      const at = { real: embedded.timestamp, cloud: timeline.toCloud(embedded.timestamp) };
      for (const { metric, ...samples } of embedded.measured) metrics.add(metric, { ...samples, at });
      for (const problem of embedded.problems) {
        const text = `A line in the log group ${group} has _aws.CloudWatchMetrics, not all of which are taken: ${problem}`;
        if (complaints.has(text) || complaints.size >= MOST_COMPLAINTS) continue;
        complaints.add(text);
        observe({ type: 'note', text });
      }
    },

    start: (): void => {
      ticker = startTicker(timeline, {
        isFine: () => alarms.list().some((alarm) => isFine(alarms.watchedBy(alarm).periodSeconds)),
        tick,
        stopping,
      });
      for (const { spec } of alarms.list()) void evaluateSoon(spec.AlarmName);
    },
    api: cloudwatchApi({ context, alarms: { ...alarms, put }, metrics, timeline, math: parts.math }),
  };
}

function isFine(periodSeconds: number): boolean {
  return periodSeconds < 60;
}
