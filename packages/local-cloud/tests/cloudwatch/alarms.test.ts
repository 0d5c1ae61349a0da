import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MetricQuery } from '../../src/services/cloudwatch/queries.ts';
import { MINUTE, startWatch, type Watch } from '../../src/testing/in-memory-cloudwatch.ts';

let watch: Watch;
beforeEach(() => {
  watch = startWatch('2026-11-20T12:00:00Z');
});
afterEach(() => watch.stop());

const topic = 'arn:aws:sns:us-east-1:000000000000:alarms';
const changes = (): string[] =>
  watch.observed.flatMap((event) => (event.type === 'alarm-changed' ? [`${event.from} -> ${event.to}`] : []));

describe('an alarm', () => {
  test('begins without data, and is evaluated a moment later', async () => {
    watch.put({ TreatMissingData: 'notBreaching' });
    expect([watch.state(), watch.reason()]).toEqual(['INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation']);
    await watch.clock.pass(1000);
    expect(watch.state()).toBe('OK');
    expect(watch.reason()).toBe(
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    );
  });

  test('is evaluated every minute over the window that ends then', async () => {
    watch.put({ Period: 300 });
    await watch.clock.pass(30_000);
    watch.measure(4);
    await watch.clock.pass(2 * MINUTE);
    watch.measure(2);
    expect(watch.state()).toBe('OK');
    await watch.clock.pass(30_000);
    expect(watch.state()).toBe('ALARM');
    expect(watch.reason()).toBe(
      'Threshold Crossed: 1 datapoint [6.0 (20/11/26 11:58:00)] was greater than the threshold (5.0).',
    );
    // Five minutes after the first of them, only the second is left.
    await watch.clock.pass(2 * MINUTE);
    expect(watch.state()).toBe('ALARM');
    await watch.clock.pass(MINUTE);
    expect(watch.state()).toBe('OK');
    expect(changes()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> ALARM', 'ALARM -> OK']);
  });

  test('needs as many of the last datapoints as it says', async () => {
    watch.put({ EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' });
    for (const [value, state] of [
      [9, 'OK'],
      [1, 'OK'],
      [9, 'ALARM'],
      [1, 'OK'],
    ] as const) {
      watch.measure(value);
      await watch.clock.pass(MINUTE);
      expect({ value, state: watch.state() }).toEqual({ value, state });
    }
  });

  test('keeps looking at the last data for two periods before it takes it for missing', async () => {
    watch.measure(9);
    watch.put();
    await watch.clock.pass(MINUTE);
    expect(watch.state()).toBe('ALARM');
    await watch.clock.pass(2 * MINUTE);
    expect(watch.state()).toBe('ALARM');
    await watch.clock.pass(MINUTE);
    expect([watch.state(), watch.reason()]).toEqual([
      'INSUFFICIENT_DATA',
      'Insufficient Data: 1 datapoint was unknown.',
    ]);
  });

  test('with a period of ten seconds is evaluated as often', async () => {
    watch.put({ Period: 10, TreatMissingData: 'notBreaching' });
    await watch.clock.pass(45_000);
    watch.cloudwatch.takeLogLine({
      group: '/shop',
      message: `{"_aws":{"Timestamp":${String(watch.clock.now().getTime())},"CloudWatchMetrics":[{"Namespace":"Shop","Dimensions":[[]],"Metrics":[{"Name":"orders","StorageResolution":1}]}]},"orders":9}`,
    });
    await watch.clock.pass(5000);
    expect(watch.state()).toBe('ALARM');
    await watch.clock.pass(30_000);
    expect(watch.state()).toBe('OK');
  });

  test("has periods of the cloud's time, however its speed changes", async () => {
    watch.put({ Period: 300, TreatMissingData: 'notBreaching' });
    watch.measure(3);
    await watch.clock.pass(MINUTE);
    watch.clock.speed(60);
    await watch.clock.pass(MINUTE);
    // Two minutes later by the cloud, sixty-one seconds by the wall.
    expect(watch.clock.now().toISOString()).toBe('2026-11-20T12:01:01.000Z');
    watch.measure(3);
    await watch.clock.pass(MINUTE);
    expect(watch.state()).toBe('ALARM');
    watch.clock.speed(1);
    await watch.clock.pass(2 * MINUTE);
    expect(watch.state()).toBe('ALARM');
    // The first is six minutes old now by the cloud, and not four by the wall.
    await watch.clock.pass(MINUTE);
    expect(watch.state()).toBe('OK');
  });

  test('leaves out no minute, however fast they go by', async () => {
    watch.put({ TreatMissingData: 'notBreaching', EvaluationPeriods: 1 });
    await watch.clock.pass(1000);
    watch.measure(9);
    // The process was busy for five minutes of the cloud's time.
    watch.clock.skip(5 * MINUTE);
    await watch.clock.pass(0);
    expect(changes()).toEqual(['INSUFFICIENT_DATA -> OK', 'OK -> ALARM', 'ALARM -> OK']);
  });

  test('keeps its state when it is changed, and is evaluated anew', async () => {
    watch.measure(9);
    watch.put();
    await watch.clock.pass(1000);
    expect(watch.state()).toBe('ALARM');
    watch.put({ Threshold: 10 });
    expect(watch.state()).toBe('ALARM');
    await watch.clock.pass(1000);
    expect(watch.state()).toBe('OK');
  });

  test('watches a percentile, and disregards few samples if it is told to', async () => {
    const slow = {
      Statistic: undefined,
      ExtendedStatistic: 'p90',
      Threshold: 50,
      TreatMissingData: 'notBreaching',
    } as const;
    for (let sample = 1; sample <= 20; sample += 1) watch.measure(sample * 5);
    watch.put({ ...slow, EvaluateLowSampleCountPercentile: 'ignore' });
    await watch.clock.pass(1000);
    expect(watch.state()).toBe('INSUFFICIENT_DATA');
    watch.put(slow);
    await watch.clock.pass(1000);
    expect(watch.reason()).toContain('[90.0 (');
  });

  test('watches one unit where it names one', async () => {
    watch.measure(9);
    watch.put({ Unit: 'Bytes', TreatMissingData: 'ignore' });
    await watch.clock.pass(MINUTE);
    expect(watch.state()).toBe('INSUFFICIENT_DATA');
    watch.put({ Unit: 'Count', TreatMissingData: 'ignore' });
    await watch.clock.pass(MINUTE);
    expect(watch.state()).toBe('ALARM');
  });
});

test('new dead letters raise an alarm, old ones do not', async () => {
  const queue = {
    name: 'dead-letters',
    visible: 7,
    inFlight: 0,
    delayed: 0,
    sent: 0,
    received: 0,
    deleted: 0,
    emptyReceives: 0,
    usedAt: 0,
  };
  watch.queues.push(queue);
  const visible: MetricQuery = {
    Id: 'm1',
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'dead-letters' }],
      },
      Period: 60,
      Stat: 'Maximum',
    },
  };
  watch.put({
    Metrics: [visible, { Id: 'new', Expression: 'DIFF(m1)' }],
    Threshold: 0,
    TreatMissingData: 'notBreaching',
  });
  await watch.clock.pass(3 * MINUTE);
  expect(watch.state()).toBe('OK');
  queue.visible = 9;
  await watch.clock.pass(MINUTE);
  expect([watch.state(), watch.reason()]).toEqual([
    'ALARM',
    'Threshold Crossed: 1 datapoint [2.0 (20/11/26 12:03:00)] was greater than the threshold (0.0).',
  ]);
  await watch.clock.pass(MINUTE);
  expect(watch.state()).toBe('OK');
});

test('a difference has the point before the first that the alarm looks at', async () => {
  const orders: MetricQuery = {
    Id: 'm1',
    ReturnData: false,
    MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'orders' }, Period: 60, Stat: 'Sum' },
  };
  watch.put({
    Metrics: [orders, { Id: 'more', Expression: 'DIFF(m1)' }],
    Threshold: 0,
    TreatMissingData: 'notBreaching',
  });
  watch.measure(1);
  await watch.clock.pass(MINUTE);
  watch.measure(3);
  await watch.clock.pass(MINUTE);
  expect(watch.state()).toBe('ALARM');
  // Nothing comes any more. Two minutes later that point is the first of three, and still the latest.
  await watch.clock.pass(2 * MINUTE);
  expect(watch.state()).toBe('ALARM');
  await watch.clock.pass(MINUTE);
  expect(watch.state()).toBe('OK');
});

describe('a change of state', () => {
  test('is told to the topics of the new state, as AWS tells it', async () => {
    watch.measure(9, 'orders', { shop: 'north' });
    watch.put({
      AlarmDescription: 'Too many',
      AlarmActions: [topic],
      OKActions: [`${topic}-ok`],
      Dimensions: [{ Name: 'shop', Value: 'north' }],
      TreatMissingData: 'notBreaching',
    });
    await watch.clock.pass(1000);
    expect(watch.deliveries).toMatchObject([
      {
        to: topic,
        from: {
          service: 'cloudwatch.amazonaws.com',
          arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:many-orders',
        },
        subject: 'ALARM: "many-orders" in US East (N. Virginia)',
      },
    ]);
    expect(JSON.parse(watch.deliveries[0]?.body ?? '')).toEqual({
      AlarmName: 'many-orders',
      AlarmDescription: 'Too many',
      AWSAccountId: '000000000000',
      AlarmConfigurationUpdatedTimestamp: '2026-11-20T12:00:00.000+0000',
      NewStateValue: 'ALARM',
      NewStateReason: 'Threshold Crossed: 1 datapoint [9.0 (20/11/26 11:59:01)] was greater than the threshold (5.0).',
      StateChangeTime: '2026-11-20T12:00:01.000+0000',
      Region: 'US East (N. Virginia)',
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:many-orders',
      OldStateValue: 'INSUFFICIENT_DATA',
      OKActions: [`${topic}-ok`],
      AlarmActions: [topic],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: 'orders',
        Namespace: 'Shop',
        StatisticType: 'Statistic',
        Statistic: 'SUM',
        Unit: null,
        Dimensions: [{ name: 'shop', value: 'north' }],
        Period: 60,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 5,
        TreatMissingData: 'notBreaching',
        EvaluateLowSampleCountPercentile: '',
      },
    });
    await watch.clock.pass(5 * MINUTE);
    expect(watch.deliveries.map(({ to }) => to)).toEqual([topic, `${topic}-ok`]);
  });

  test('is no news to topics while the actions are off', async () => {
    watch.measure(9);
    watch.put({ AlarmActions: [topic], ActionsEnabled: false });
    await watch.clock.pass(1000);
    expect([watch.state(), watch.deliveries]).toEqual(['ALARM', []]);
  });

  test('by hand to the state that it has is none', async () => {
    watch.measure(9);
    watch.put({ AlarmActions: [topic] });
    await watch.clock.pass(1000);
    watch.cloudwatch.alarms.setState('many-orders', { state: 'ALARM', reason: 'a test' });
    expect([watch.reason(), watch.deliveries.length, changes()]).toEqual(['a test', 1, ['INSUFFICIENT_DATA -> ALARM']]);
  });

  test('is an event of EventBridge', async () => {
    watch.measure(9);
    watch.put({ AlarmDescription: 'Too many' });
    await watch.clock.pass(1000);
    expect(watch.published).toMatchObject([
      {
        source: 'aws.cloudwatch',
        detailType: 'CloudWatch Alarm State Change',
        resources: ['arn:aws:cloudwatch:us-east-1:000000000000:alarm:many-orders'],
        detail: {
          alarmName: 'many-orders',
          state: { value: 'ALARM', reason: watch.reason(), timestamp: '2026-11-20T12:00:01.000+0000' },
          previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
          configuration: {
            description: 'Too many',
            metrics: [
              {
                metricStat: { metric: { namespace: 'Shop', name: 'orders', dimensions: {} }, period: 60, stat: 'Sum' },
              },
            ],
          },
        },
      },
    ]);
  });

  test('is kept in the history', async () => {
    watch.measure(9);
    watch.put({ AlarmActions: [topic] });
    await watch.clock.pass(1000);
    expect(watch.cloudwatch.alarms.history.list('many-orders').map(({ type, summary }) => [type, summary])).toEqual([
      ['ConfigurationUpdate', 'Alarm "many-orders" created'],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to ALARM'],
      ['Action', `Successfully executed action ${topic}`],
    ]);
  });
});
