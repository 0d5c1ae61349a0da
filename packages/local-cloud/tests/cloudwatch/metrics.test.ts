import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMetrics, type Metrics } from '../../src/services/cloudwatch/metrics.ts';
import { readStatistic } from '../../src/services/cloudwatch/statistic.ts';
import { merge, percentile, samplesOf, summarized } from '../../src/services/cloudwatch/summary.ts';
import { createTimeline } from '../../src/services/cloudwatch/timeline.ts';
import {
  manualClock,
  MINUTE,
  startWatch,
  type ManualClock,
  type Watch,
} from '../../src/testing/in-memory-cloudwatch.ts';

const HOUR = 60 * MINUTE;
const start = Date.parse('2026-11-20T12:00:00Z');
const orders = { namespace: 'Shop', name: 'orders', dimensions: {} };

describe('what is measured', () => {
  let metrics: Metrics;
  let clock: ManualClock;
  const add = (value: number, real: number, more: { fine?: boolean; unit?: string; name?: string } = {}): void => {
    const { fine = false, unit = 'Count', name = 'orders' } = more;
    metrics.add({ ...orders, name }, { unit, at: { real, cloud: real }, samples: samplesOf(value), fine });
  };
  const sums = (periodMs: number, count: number, from = start, unit?: string): unknown[] =>
    metrics.read(orders, unit, { axis: 'real', start: from, periodMs, count }).map((summary) => summary?.sum);
  beforeEach(() => {
    clock = manualClock('2026-11-20T12:00:00Z');
    metrics = createMetrics(createTimeline(clock), 20);
  });

  test('is kept by the minute, and high resolution by the second', () => {
    add(1, start + 10_000);
    add(2, start + 50_000);
    expect(sums(10_000, 6)).toEqual([undefined, 3, undefined, undefined, undefined, undefined]);
    add(4, start + 50_000, { fine: true });
    expect(sums(10_000, 6)).toEqual([undefined, 3, undefined, undefined, undefined, 4]);
  });

  test('belongs to the period in which it came, even if it comes late', () => {
    add(1, start + 5 * MINUTE);
    add(2, start + MINUTE);
    add(4, start + 3 * MINUTE);
    add(8, start + MINUTE);
    expect(sums(2 * MINUTE, 3)).toEqual([10, 4, 1]);
    expect(sums(2 * MINUTE, 3, start + MINUTE)).toEqual([10, 4, 1]);
  });

  test('is apart by its dimensions, in whatever order, and by its unit', () => {
    const by = (dimensions: Record<string, string>) => ({ ...orders, dimensions });
    const at = { real: start, cloud: start };
    metrics.add(by({ a: '1', b: '2' }), { unit: 'Count', at, samples: samplesOf(1) });
    metrics.add(by({ b: '2', a: '1' }), { unit: 'Count', at, samples: samplesOf(2) });
    metrics.add(by({ a: '1' }), { unit: 'Count', at, samples: samplesOf(4) });
    const read = (dimensions: Record<string, string>): unknown =>
      metrics.read(by(dimensions), undefined, { axis: 'real', start, periodMs: MINUTE, count: 1 })[0]?.sum;
    expect([read({ a: '1', b: '2' }), read({ a: '1' }), read({})]).toEqual([3, 4, undefined]);

    add(8, start, { unit: 'Seconds' });
    add(16, start, { unit: 'Milliseconds' });
    // AWS takes one of several, in an order of its own.
    expect([sums(MINUTE, 1), sums(MINUTE, 1, start, 'Seconds'), sums(MINUTE, 1, start, 'Bytes')]).toEqual([
      [16],
      [8],
      [undefined],
    ]);
  });

  test('is kept by the second for three hours, by the minute for a week, and within bounds', async () => {
    const late = 8 * 24 * HOUR;
    await clock.pass(late);
    for (let second = 0; second < 22_000; second += 1)
      add(1, start + late - 22_000_000 + second * 1000, { fine: true });
    const fine = sums(1000, 3 * 3600, start + late - 3 * HOUR);
    expect(fine.every((sum) => sum === 1)).toBe(true);
    expect(sums(MINUTE, 150, start + late - 22_000_000 + 40_000)).toContain(60);
    expect(sums(HOUR, 1)).toEqual([undefined]);
  });

  test('is forgotten where there is too much else, what was silent longest first', () => {
    for (let metric = 0; metric < 25; metric += 1) add(1, start + metric * 1000, { name: `m${String(metric)}` });
    const names = metrics.list().map(({ metric }) => metric.name);
    expect(names.length).toBeLessThanOrEqual(20);
    expect(names).toContain('m24');
    expect(names).not.toContain('m0');
  });
});

describe('statistics', () => {
  const of = (values: readonly number[]) => {
    const [first = samplesOf(0), ...others] = values.map((value) => samplesOf(value));
    for (const other of others) merge(first, other);
    return first;
  };

  test.each([
    ['SampleCount', 4],
    ['Sum', 10],
    ['Average', 2.5],
    ['Minimum', 1],
    ['Maximum', 4],
    ['p50', 2],
    ['p75.1', 4],
    ['p0', 1],
    ['p100', 4],
  ])('%s of 4, 1, 3 and 2 is %d', (name, expected) => {
    expect(readStatistic(name)(of([4, 1, 3, 2]))).toBe(expected);
  });

  test('p99 of a thousand different values is right within half a percent', () => {
    const values = Array.from({ length: 1000 }, (_, index) => 100 + index * 1.2345);
    const exact = values[989] ?? 0;
    expect(Math.abs((percentile(of(values), 99) ?? 0) - exact) / exact).toBeLessThan(0.005);
  });

  test('of a summary percentiles cannot be told, unless all samples are the same', () => {
    const vague = summarized({ count: 2, sum: 3, min: 1, max: 2 });
    expect([readStatistic('Average')(vague), percentile(vague, 50)]).toEqual([1.5, undefined]);
    expect(percentile(summarized({ count: 2, sum: 4, min: 2, max: 2 }), 50)).toBe(2);
    expect(percentile(of([-1, 1]), 50)).toBeUndefined();
    const mixed = samplesOf(1);
    merge(mixed, vague);
    expect([mixed.sum, percentile(mixed, 50)]).toEqual([4, undefined]);
  });

  test.each(['tm90', 'wm98', 'tc90', 'ts99', 'TM(2%:98%)', 'PR(:300)', 'IQM'])('%s is refused by its name', (name) => {
    expect(() => readStatistic(name)).toThrow(`does not implement the statistic ${name}`);
  });

  test.each(['p101', 'p-1', 'median', 'sum', 'constructor'])('%s is none', (name) => {
    expect(() => readStatistic(name)).toThrow('is not supported');
  });
});

describe('a line of a log', () => {
  let watch: Watch;
  beforeEach(() => {
    watch = startWatch();
  });
  afterEach(() => watch.stop());

  const document = (changes: object = {}, members: object = {}): string =>
    JSON.stringify({
      _aws: {
        Timestamp: Date.parse('2026-11-20T12:00:00Z'),
        CloudWatchMetrics: [
          {
            Namespace: 'Shop',
            Dimensions: [['shop', 'version'], ['shop'], []],
            Metrics: [
              { Name: 'orders', Unit: 'Count' },
              { Name: 'delay', Unit: 'Milliseconds', StorageResolution: 1 },
            ],
            ...changes,
          },
        ],
      },
      shop: 'north',
      version: '7',
      orders: 2,
      delay: [10, 20, 30],
      customer: { name: 'not a metric' },
      ...members,
    });
  const take = (message: string): void => watch.cloudwatch.takeLogLine({ group: '/aws/lambda/shop', message });
  const read = (name: string, dimensions: Record<string, string>) =>
    watch.cloudwatch.metrics.read({ namespace: 'Shop', name, dimensions }, undefined, {
      axis: 'real',
      start: Date.parse('2026-11-20T12:00:00Z'),
      periodMs: MINUTE,
      count: 1,
    })[0];
  const notes = (): string[] => watch.observed.flatMap((event) => (event.type === 'note' ? [event.text] : []));

  test('is a metric for each of its dimension sets', () => {
    take(document());
    for (const dimensions of [{ shop: 'north', version: '7' }, { shop: 'north' }, {}]) {
      expect(read('orders', dimensions as Record<string, string>)).toMatchObject({ count: 1, sum: 2 });
      expect(read('delay', dimensions as Record<string, string>)).toMatchObject({
        count: 3,
        sum: 60,
        min: 10,
        max: 30,
      });
    }
    expect(watch.cloudwatch.metrics.list()).toHaveLength(6);
    expect(watch.cloudwatch.metrics.units({ namespace: 'Shop', name: 'delay', dimensions: {} })).toEqual([
      'Milliseconds',
    ]);
    expect(notes()).toEqual([]);
  });

  test('may begin with what Lambda writes before it', () => {
    take(`2026-11-20T12:00:00.000Z\t8f3c\tINFO\t${document()}\n`);
    expect(read('orders', {})).toMatchObject({ sum: 2 });
  });

  test('without metrics is no concern of theirs', () => {
    take('plain text');
    take('{"_aws":{"Timestamp":1}}');
    take('talks of "_aws" and "CloudWatchMetrics"');
    take('{"message":"{\\"_aws\\":{\\"CloudWatchMetrics\\":[]}}"}');
    expect([watch.cloudwatch.metrics.list(), notes()]).toEqual([[], []]);
  });

  test.each([
    ['a metric without a value', {}, { orders: undefined }, 'the metric orders has no value'],
    ['a metric that is text', {}, { orders: '2' }, 'the metric orders has no value'],
    ['a dimension without a value', {}, { version: undefined }, 'the dimension version has no value'],
    ['a dimension that is a number', {}, { version: 7 }, 'the dimension version has no value'],
    ['no namespace', { Namespace: undefined }, {}, '_aws.CloudWatchMetrics.0.Namespace'],
    ['dimensions that are no sets', { Dimensions: ['shop'] }, {}, '_aws.CloudWatchMetrics.0.Dimensions.0'],
    ['a unit that there is not', { Metrics: [{ Name: 'orders', Unit: 'Dozens' }] }, {}, 'Unit: is no unit'],
    [
      'a resolution that there is not',
      { Metrics: [{ Name: 'orders', StorageResolution: 30 }] },
      {},
      'StorageResolution',
    ],
    ['a value beyond all bounds', {}, { orders: 2 ** 361 }, 'the metric orders has no value'],
    ['more than a hundred values', {}, { orders: Array.from({ length: 101 }, () => 1) }, 'the metric orders'],
  ])('with %s is told, once, with its group', (_, changes, members, problem) => {
    take(document(changes, members));
    take(document(changes, members));
    expect(notes()).toHaveLength(1);
    expect(notes()[0]).toContain('/aws/lambda/shop');
    expect(notes()[0]).toContain(problem);
  });

  test('from another time is told', () => {
    take(document().replace(/"Timestamp":\d+/, '"Timestamp":1000'));
    expect(notes()).toEqual([expect.stringContaining('Timestamp')]);
    expect(watch.cloudwatch.metrics.list()).toEqual([]);
  });

  test('keeps what is right of it', () => {
    take(document({}, { orders: 'two' }));
    expect([read('orders', {}), read('delay', {})]).toEqual([undefined, expect.objectContaining({ count: 3 })]);
  });
});

describe('queues', () => {
  let watch: Watch;
  beforeEach(() => {
    watch = startWatch();
  });
  afterEach(() => watch.stop());
  const state = {
    name: 'jobs',
    visible: 0,
    inFlight: 0,
    delayed: 0,
    sent: 0,
    received: 0,
    deleted: 0,
    emptyReceives: 0,
    usedAt: Date.parse('2026-11-20T12:00:00Z'),
  };
  const read = (name: string, minutes: number): unknown[] =>
    watch.cloudwatch.metrics
      .read({ namespace: 'AWS/SQS', name, dimensions: { QueueName: 'jobs' } }, undefined, {
        axis: 'cloud',
        start,
        periodMs: MINUTE,
        count: minutes,
      })
      .map((summary) => summary?.sum);

  test('are measured every minute, and what was done with them is told by the minute', async () => {
    const queue = { ...state, visible: 3, inFlight: 1, oldestSince: start - 30_000, sent: 5, received: 2 };
    watch.queues.push(queue);
    await watch.clock.pass(MINUTE);
    queue.visible = 4;
    queue.sent = 7;
    await watch.clock.pass(MINUTE);
    expect(read('ApproximateNumberOfMessagesVisible', 2)).toEqual([3, 4]);
    expect(read('ApproximateNumberOfMessagesNotVisible', 2)).toEqual([1, 1]);
    expect(read('ApproximateNumberOfMessagesDelayed', 2)).toEqual([0, 0]);
    expect(read('ApproximateAgeOfOldestMessage', 2)).toEqual([90, 150]);
    expect(read('NumberOfMessagesSent', 2)).toEqual([5, 2]);
    expect(read('NumberOfMessagesReceived', 2)).toEqual([2, 0]);
    expect(read('NumberOfMessagesDeleted', 2)).toEqual([0, 0]);
  });

  test("age by the cloud's time", async () => {
    watch.clock.speed(60);
    watch.queues.push({ ...state, visible: 1, oldestSince: start });
    await watch.clock.pass(10 * MINUTE);
    expect(read('ApproximateAgeOfOldestMessage', 10).at(-1)).toBe(600);
  });

  test('that nobody has used for six hours are not measured', async () => {
    watch.queues.push(state);
    await watch.clock.pass(6 * HOUR + 2 * MINUTE);
    expect(read('ApproximateNumberOfMessagesVisible', 362).lastIndexOf(0)).toBe(359);
  });
});
