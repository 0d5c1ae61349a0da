import type { Clock } from '../core/clock.ts';
import type { Delivery } from '../core/delivery.ts';
import type { CloudEvent } from '../core/cloud-event.ts';
import { createRandom } from '../core/random.ts';
import type { AlarmSpec } from '../services/cloudwatch/alarm.ts';
import { createCloudWatch } from '../services/cloudwatch/cloudwatch.ts';
import type { MissingOperand } from '../core/undocumented.ts';
import type { QueueState } from '../services/cloudwatch/queue-metrics.ts';

/** A clock that stands still until it is told to go on. */
export type ManualClock = Clock & {
  /** Lets so many milliseconds of the cloud's time go by; whoever waits for a moment within them is woken at that moment. */
  pass: (ms: number) => Promise<void>;
  /** Lets time go by at once, as if the process had been busy: whoever waits is woken with the next `pass`. */
  skip: (ms: number) => void;
  /** How much faster waiting goes by from now on. */
  speed: (factor: number) => void;
};

export function manualClock(start = '2026-11-20T12:00:00Z'): ManualClock {
  let real = Date.parse(start);
  let cloud = real;
  let factor = 1;
  const waiters = new Set<{ until: number; wake: () => void }>();
  const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiters.delete(waiter);
        resolve();
      };
      const waiter = { until: cloud + ms, wake };
      waiters.add(waiter);
      signal?.addEventListener('abort', waiter.wake, { once: true });
      if (signal?.aborted === true) waiter.wake();
    });
  return {
    get factor() {
      return factor;
    },
    aheadMs: () => cloud - real,
    now: () => new Date(real),
    wait,
    work: wait,
    skip: (ms) => {
      real += ms / factor;
      cloud += ms;
    },
    speed: (wanted) => {
      factor = wanted;
    },
    pass: async (ms) => {
      const end = cloud + ms;
      await settled();
      for (;;) {
        const next = [...waiters].sort((a, b) => a.until - b.until)[0];
        const to = Math.max(Math.min(next?.until ?? Infinity, end), cloud);
        real += (to - cloud) / factor;
        cloud = to;
        if (next === undefined || next.until > end) return;
        next.wake();
        await settled();
      }
    },
  };
}

/** Lets everything that is due be done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

export const MINUTE = 60_000;

export type Watch = ReturnType<typeof startWatch>;

/** CloudWatch by itself, under a clock that the test moves. */
export function startWatch(start?: string, missingOperand: MissingOperand = 'zero') {
  const clock = manualClock(start);
  const stopping = new AbortController();
  const observed: CloudEvent[] = [];
  const deliveries: Delivery[] = [];
  const published: object[] = [];
  const queues: QueueState[] = [];
  const peak = { executions: 0, unreserved: 0, claimed: 0 };
  const cloudwatch = createCloudWatch(
    {
      region: 'us-east-1',
      accountId: '000000000000',
      clock,
      random: createRandom(1),
      observe: (event) => observed.push(event),
      deliver: async (delivery) => void deliveries.push(delivery),
      stopping: stopping.signal,
      endpoint: () => '',
    },
    {
      queues: () => queues.map((queue) => ({ ...queue })),
      publish: (event) => published.push(event),
      concurrency: () => peak,
      math: { missingOperand, quotaOf: () => 1000 },
    },
  );
  cloudwatch.start();
  return {
    clock,
    cloudwatch,
    observed,
    deliveries,
    published,
    queues,
    /** What ran at once: to be changed by the test. */
    peak,
    /** Measures a value of `Shop`/`orders` now. */
    measure: (value: number, name = 'orders', dimensions: Readonly<Record<string, string>> = {}): void =>
      cloudwatch.takeLogLine({
        group: '/shop',
        message: JSON.stringify({
          _aws: {
            Timestamp: clock.now().getTime(),
            CloudWatchMetrics: [
              { Namespace: 'Shop', Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name, Unit: 'Count' }] },
            ],
          },
          [name]: value,
          ...dimensions,
        }),
      }),
    put: (changes: Partial<AlarmSpec> = {}): void =>
      void cloudwatch.alarms.put({
        AlarmName: 'many-orders',
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        ...(changes.Metrics === undefined && { MetricName: 'orders', Namespace: 'Shop', Statistic: 'Sum', Period: 60 }),
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        ...changes,
      }),
    state: (): string => cloudwatch.alarms.get('many-orders').state,
    reason: (): string => cloudwatch.alarms.get('many-orders').reason,
    stop: () => stopping.abort(),
  };
}
