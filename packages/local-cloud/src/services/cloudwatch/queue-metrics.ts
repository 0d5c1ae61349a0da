import type { Measured } from './metric.ts';
import { samplesOf } from './summary.ts';
import type { Timeline } from './timeline.ts';

/** A queue as it is now, and what was done with it since the cloud began; moments are milliseconds since 1970, of the real time. */
export type QueueState = {
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
  /** Since when the oldest message that is still to be received waits. */
  oldestSince?: number | undefined;
  sent: number;
  received: number;
  deleted: number;
  emptyReceives: number;
  /** When somebody last did something with it, the making of it included. */
  usedAt: number;
};

/** A queue that nobody touches is not measured any longer, as on AWS. */
const ACTIVE_FOR_MS = 6 * 3_600_000;

/** Measures queues, once a minute; what was done since the minute before is told by the difference. */
export function createQueueMetrics(queues: () => Iterable<QueueState>, timeline: Timeline) {
  let before = new Map<string, QueueState>();

  return (): Measured[] => {
    const now = timeline.now();
    const seen = new Map<string, QueueState>();
    const measured: Measured[] = [];
    for (const state of queues()) {
      seen.set(state.name, state);
      const empty = state.visible + state.inFlight + state.delayed === 0;
      if (empty && now - timeline.toCloud(state.usedAt) > ACTIVE_FOR_MS) continue;
      measured.push(...measure(state, before.get(state.name), timeline));
    }
    before = seen;
    return measured;
  };
}

function measure(state: QueueState, before: QueueState | undefined, timeline: Timeline): Measured[] {
  const done = (name: 'sent' | 'received' | 'deleted' | 'emptyReceives'): number => state[name] - (before?.[name] ?? 0);
  const gauge = (name: string, value: number, unit = 'Count'): Measured => ({
    metric: { namespace: 'AWS/SQS', name, dimensions: { QueueName: state.name } },
    unit,
    samples: samplesOf(value),
  });
  const counter = (name: string, count: number): Measured => ({
    ...gauge(name, 0),
    samples: count > 0 ? samplesOf(1, count) : samplesOf(0),
  });
  const ageMs = state.oldestSince === undefined ? 0 : timeline.now() - timeline.toCloud(state.oldestSince);
  return [
    gauge('ApproximateNumberOfMessagesVisible', state.visible),
    gauge('ApproximateNumberOfMessagesNotVisible', state.inFlight),
    gauge('ApproximateNumberOfMessagesDelayed', state.delayed),
    gauge('ApproximateAgeOfOldestMessage', Math.max(0, Math.round(ageMs / 1000)), 'Seconds'),
    counter('NumberOfMessagesSent', done('sent')),
    counter('NumberOfMessagesReceived', done('received')),
    counter('NumberOfMessagesDeleted', done('deleted')),
    counter('NumberOfEmptyReceives', done('emptyReceives')),
  ];
}
