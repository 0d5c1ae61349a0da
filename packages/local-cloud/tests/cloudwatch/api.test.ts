import { gzipSync } from 'node:zlib';
import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
  type MetricDatum,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { untilPassing } from '../support/until-passing.ts';
import { startCloud, type Running } from './support/cloud.ts';

let running: Running;
beforeAll(async () => {
  running = await startCloud({ clockFactor: 100 });
});
afterAll(() => running.stop());

const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
  running.cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
const stat = (Id: string, Namespace: string, MetricName: string, Stat = 'Sum', Period = 60): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName }, Period, Stat },
});
const minutesAgo = (minutes: number): Date => new Date(Math.floor(Date.now() / 60_000) * 60_000 - minutes * 60_000);
const get = (MetricDataQueries: MetricDataQuery[], more: Partial<GetMetricDataCommandInput> = {}) =>
  running.cloudwatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime: minutesAgo(10), EndTime: minutesAgo(-2), ...more }),
  );
const alarm = (AlarmName: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
  running.cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Alarms',
      MetricName: 'orders',
      Statistic: 'Sum',
      Period: 300,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
      ...more,
    }),
  );
const names = async (input: object): Promise<unknown[]> =>
  ((await running.cloudwatch.send(new DescribeAlarmsCommand(input))).MetricAlarms ?? []).map(
    ({ AlarmName }) => AlarmName,
  );

describe('metrics', () => {
  test('are put as values, as counted values and as summaries, and read back by every statistic', async () => {
    const Timestamp = minutesAgo(3);
    await put(
      'Put',
      { MetricName: 'orders', Timestamp, Value: 1 },
      { MetricName: 'orders', Timestamp, Values: [2, 3], Counts: [1, 3] },
      { MetricName: 'delay', Timestamp, StatisticValues: { SampleCount: 4, Sum: 10, Minimum: 1, Maximum: 5 } },
    );
    const { MetricDataResults = [] } = await get([
      ...['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum', 'p50'].map((name) =>
        stat(name.toLowerCase(), 'Put', 'orders', name),
      ),
      stat('delay', 'Put', 'delay', 'Average'),
      stat('unknown', 'Put', 'delay', 'p50'),
    ]);
    expect(MetricDataResults.map(({ Id, Values }) => [Id, Values])).toEqual([
      ['samplecount', [5]],
      ['sum', [12]],
      ['average', [2.4]],
      ['minimum', [1]],
      ['maximum', [3]],
      ['p50', [3]],
      ['delay', [2.5]],
      ['unknown', []],
    ]);
    expect(MetricDataResults[0]?.Timestamps).toEqual([Timestamp]);
    expect(MetricDataResults[1]).toMatchObject({ Label: 'orders Sum', StatusCode: 'Complete' });
  });

  test('are calculated with, in either order of time, and come page by page', async () => {
    for (const [minutes, orders, failed] of [
      [4, 10, 1],
      [3, 20, undefined],
      [2, 40, 10],
    ] as const) {
      const Timestamp = minutesAgo(minutes);
      await put('Math', { MetricName: 'orders', Timestamp, Value: orders });
      if (failed !== undefined) await put('Math', { MetricName: 'failed', Timestamp, Value: failed });
    }
    const queries = [
      { ...stat('orders', 'Math', 'orders'), ReturnData: false },
      stat('failed', 'Math', 'failed'),
      { Id: 'rate', Expression: '100 * failed / orders', Label: 'failures' },
      { Id: 'both', Expression: 'METRICS() * 2' },
    ];
    const { MetricDataResults } = await get(queries, { ScanBy: 'TimestampAscending' });
    expect(MetricDataResults?.map(({ Id, Label, Values }) => [Id, Label, Values])).toEqual([
      ['failed', 'failed', [1, 10]],
      ['rate', 'failures', [10, 0, 25]],
      ['both', 'both orders', [20, 40, 80]],
      ['both', 'both failed', [2, 20]],
    ]);
    expect((await get(queries)).MetricDataResults?.[1]?.Values).toEqual([25, 0, 10]);

    const pages: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const page = await get(queries, { MaxDatapoints: 4, ...(NextToken !== undefined && { NextToken }) });
      pages.push(page.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(pages).toEqual([
      [
        ['failed', [10, 1], 'Complete'],
        ['rate', [25, 0], 'PartialData'],
      ],
      [
        ['rate', [10], 'Complete'],
        ['both', [80, 40, 20], 'Complete'],
      ],
      [['both', [20, 2], 'Complete']],
    ]);
  });

  test('of several units are told apart', async () => {
    const Timestamp = minutesAgo(3);
    await put(
      'Units',
      { MetricName: 'm', Timestamp, Value: 1, Unit: 'Seconds' },
      { MetricName: 'm', Timestamp, Value: 5, Unit: 'Count' },
    );
    const { MetricDataResults } = await get([stat('m', 'Units', 'm')]);
    expect(MetricDataResults).toMatchObject([
      { Values: [5], Messages: [{ Code: 'MultipleUnits', Value: "Multiple units returned: '[Count, Seconds]'" }] },
    ]);
    const { Datapoints, Label } = await running.cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Units',
        MetricName: 'm',
        StartTime: minutesAgo(5),
        EndTime: minutesAgo(0),
        Period: 60,
        Statistics: ['Average', 'Maximum'],
        ExtendedStatistics: ['p90'],
      }),
    );
    expect([Label, Datapoints]).toEqual([
      'm',
      [
        { Timestamp, Unit: 'Count', Average: 5, Maximum: 5, ExtendedStatistics: { p90: 5 } },
        { Timestamp, Unit: 'Seconds', Average: 1, Maximum: 1, ExtendedStatistics: { p90: 1 } },
      ],
    ]);
  });

  test('are listed by namespace, name and dimension', async () => {
    const Dimensions = [{ Name: 'shop', Value: 'north' }];
    await put('List', { MetricName: 'a', Value: 1, Dimensions }, { MetricName: 'b', Value: 1 });
    const list = async (input: object): Promise<unknown> =>
      (await running.cloudwatch.send(new ListMetricsCommand({ Namespace: 'List', ...input }))).Metrics;
    const a = { Namespace: 'List', MetricName: 'a', Dimensions };
    const b = { Namespace: 'List', MetricName: 'b', Dimensions: [] };
    expect(await list({})).toEqual([a, b]);
    expect(await list({ MetricName: 'b', RecentlyActive: 'PT3H' })).toEqual([b]);
    expect(await list({ Dimensions: [{ Name: 'shop' }] })).toEqual([a]);
    expect(await list({ Dimensions: [{ Name: 'shop', Value: 'south' }] })).toEqual([]);
  });

  test('may come compressed, as clients send what is large', async () => {
    await put(
      'Large',
      ...Array.from({ length: 500 }, (_, index) => ({ MetricName: `metric-${String(index)}`, Value: index })),
    );
    const { MetricDataResults } = await get([stat('m', 'Large', 'metric-499')]);
    expect(MetricDataResults?.[0]?.Values).toEqual([499]);
  });

  test.each([
    [
      { Value: 1, Values: [1] },
      'InvalidParameterCombinationException',
      'Value and MetricData.member.1.Values are mutually exclusive',
    ],
    [
      { Values: [1, 2], Counts: [1] },
      'InvalidParameterValueException',
      'Values and MetricData.member.1.Counts must be of the same size',
    ],
    [{}, 'InvalidParameterValueException', 'has neither'],
    [{ Value: 1, Timestamp: new Date(0) }, 'InvalidParameterValueException', 'two weeks in the past'],
    [{ Value: 1, Unit: 'Dozens' as 'Count' }, 'ValidationException', 'is no unit'],
    [{ Value: 1, StorageResolution: 30 }, 'ValidationException', 'StorageResolution'],
    [{ Value: -(2 ** 361) }, 'InvalidParameterValueException', 'range'],
    [{ Values: [1, 2 ** 361] }, 'InvalidParameterValueException', 'range'],
    [
      { StatisticValues: { SampleCount: 1, Sum: 2 ** 361, Minimum: 0, Maximum: 2 ** 361 } },
      'InvalidParameterValueException',
      'range',
    ],
  ])('like %j are refused', async (datum, name, message) => {
    await expect(put('Wrong', { MetricName: 'm', ...datum })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  test('of AWS itself nobody else may put', async () => {
    await expect(put('AWS/Lambda', { MetricName: 'm', Value: 1 })).rejects.toThrow('Namespace is invalid');
  });

  test('are asked for in ways that make sense', async () => {
    const refused: readonly [MetricDataQuery[], Partial<GetMetricDataCommandInput>, string][] = [
      [[stat('m', 'N', 'm', 'Sum', 7)], {}, 'Period is 7'],
      [[stat('m', 'N', 'm', 'Median')], {}, 'Median'],
      [[stat('m', 'N', 'm', 'tm90')], {}, 'does not implement the statistic tm90'],
      [[stat('m', 'N', 'm')], { EndTime: minutesAgo(20) }, 'StartTime must be less than the parameter EndTime'],
      [[stat('m', 'N', 'm'), stat('m', 'N', 'n')], {}, 'not unique'],
      [[stat('M', 'N', 'm')], {}, 'Id'],
      [[{ Id: 'm' }], {}, 'Exactly one of'],
      [[{ ...stat('m', 'N', 'm'), Label: '${MAX}' }], {}, 'does not implement dynamic labels'],
      [[{ Id: 'm', Expression: 'SEARCH("x")' }], {}, 'does not implement the metric math function SEARCH'],
      [[stat('m', 'N', 'm')], { NextToken: 'x' }, 'token'],
      [[stat('m', 'N', 'm', 'Sum', 1)], { StartTime: minutesAgo(60 * 48) }, 'exceeds the limit of 100800'],
    ];
    for (const [queries, more, message] of refused) await expect(get(queries, more)).rejects.toThrow(message);
  });
});

describe('alarms', () => {
  test('are made, described, changed by what is measured, told of, and deleted', async () => {
    await put('Alarms', { MetricName: 'orders', Value: 9 });
    await alarm('many', { AlarmDescription: 'Too many', Unit: 'None', TreatMissingData: 'ignore' });
    const { MetricAlarms: [made] = [] } = await running.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['many'] }),
    );
    expect(made).toMatchObject({
      AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:many',
      AlarmDescription: 'Too many',
      ActionsEnabled: true,
      Dimensions: [],
      StateUpdatedTimestamp: expect.any(Date),
    });
    await untilPassing(async () =>
      expect(await names({ StateValue: 'ALARM', AlarmNamePrefix: 'ma' })).toEqual(['many']),
    );
    const { MetricAlarms: [raised] = [] } = await running.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: ['many'] }),
    );
    expect(raised?.StateReason).toMatch(
      /^Threshold Crossed: 1 datapoint \[9\.0 \(.*\)\] was greater than the threshold \(5\.0\)\.$/,
    );
    expect(JSON.parse(raised?.StateReasonData ?? '')).toMatchObject({
      version: '1.0',
      unit: 'None',
      statistic: 'Sum',
      period: 300,
      recentDatapoints: [9],
      threshold: 5,
    });
    const { MetricAlarms: found } = await running.cloudwatch.send(
      new DescribeAlarmsForMetricCommand({ Namespace: 'Alarms', MetricName: 'orders', Statistic: 'Sum' }),
    );
    expect(found).toMatchObject([{ AlarmName: 'many' }]);

    const history = async (input: object): Promise<unknown[]> =>
      (
        await running.cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: 'many', ...input }))
      ).AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary) ?? [];
    expect(await history({ ScanBy: 'TimestampAscending' })).toEqual([
      'Alarm "many" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ]);
    expect(await history({ HistoryItemType: 'ConfigurationUpdate' })).toEqual(['Alarm "many" created']);
    await running.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['many'] }));
    expect(await names({ AlarmNamePrefix: 'ma' })).toEqual([]);
  });

  test('are listed page by page', async () => {
    for (const name of ['page-c', 'page-a', 'page-b']) await alarm(name);
    const AlarmNamePrefix = 'page-';
    const { MetricAlarms, NextToken } = await running.cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix, MaxRecords: 2 }),
    );
    expect(MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['page-a', 'page-b']);
    expect(await names({ AlarmNamePrefix, MaxRecords: 2, NextToken })).toEqual(['page-c']);
    expect(await names({ AlarmNamePrefix, AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    expect(await names({ AlarmNamePrefix, ActionPrefix: 'arn:aws:sns' })).toEqual([]);
  });

  test('are set by hand until they are evaluated again, and their actions are switched off and on', async () => {
    await alarm('by-hand', { Namespace: 'Nowhere', TreatMissingData: 'ignore' });
    const set = {
      AlarmName: 'by-hand',
      StateValue: 'ALARM',
      StateReason: 'a test',
      StateReasonData: '{"by":"hand"}',
    } as const;
    await running.cloudwatch.send(new SetAlarmStateCommand(set));
    await running.cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames: ['by-hand'] }));
    const { MetricAlarms } = await running.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['by-hand'] }));
    expect(MetricAlarms).toMatchObject([{ StateValue: 'ALARM', StateReason: 'a test', ActionsEnabled: false }]);
    await running.cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames: ['by-hand'] }));
    expect(running.cloud.services.cloudwatch.alarms.get('by-hand').spec.ActionsEnabled).toBe(true);
    await alarm('by-hand', { Namespace: 'Nowhere', TreatMissingData: 'notBreaching' });
    await untilPassing(() => expect(running.cloud.services.cloudwatch.stateOf('by-hand')).toBe('OK'));
  });

  const query = stat('m1', 'Alarms', 'orders');
  test.each<[string, Partial<PutMetricAlarmCommandInput>]>([
    ['Period is 45', { Period: 45 }],
    ['more than a day', { Period: 1800, EvaluationPeriods: 49 }],
    ['more than a week', { Period: 86_400, EvaluationPeriods: 8 }],
    ['DatapointsToAlarm is 3', { EvaluationPeriods: 2, DatapointsToAlarm: 3 }],
    ['Exactly one of Statistic', { ExtendedStatistic: 'p99' }],
    ['needs MetricName', { MetricName: undefined }],
    ['mutually exclusive', { Metrics: [query] }],
    ['for percentiles only', { EvaluateLowSampleCountPercentile: 'ignore' }],
    ['does not implement alarm actions', { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }],
    ['ComparisonOperator', { ComparisonOperator: 'LessThanLowerThreshold' }],
    ['does not implement the parameter ThresholdMetricId', { ThresholdMetricId: 'm1' }],
  ])('are refused where %s', async (message, more) => {
    await expect(alarm('wrong', more)).rejects.toThrow(message);
    expect(await names({ AlarmNamePrefix: 'wrong' })).toEqual([]);
  });

  test.each<[string, MetricDataQuery[]]>([
    ['Exactly one element of the metrics list should return data', [query, stat('m2', 'Alarms', 'other')]],
    ['Exactly one element', [{ ...query, ReturnData: false }]],
    [
      'gives several time series',
      [
        { ...query, ReturnData: false },
        { Id: 'e', Expression: 'METRICS()' },
      ],
    ],
    [
      'the result is a number',
      [
        { ...query, ReturnData: false },
        { Id: 'e', Expression: 'SUM(m1)' },
      ],
    ],
    ['the same period', [query, { ...stat('m2', 'Alarms', 'other', 'Sum', 300), ReturnData: false }]],
    [
      'does not implement the metric math function ANOMALY',
      [
        { ...query, ReturnData: false },
        { Id: 'e', Expression: 'ANOMALY_DETECTION_BAND(m1)' },
      ],
    ],
  ])('of several metrics are refused where %s', async (message, Metrics) => {
    const none = { Namespace: undefined, MetricName: undefined, Statistic: undefined, Period: undefined };
    await expect(alarm('wrong', { ...none, Metrics })).rejects.toThrow(message);
  });

  test('that there are not are not found', async () => {
    const set = new SetAlarmStateCommand({ AlarmName: 'nobody', StateValue: 'OK', StateReason: 'x' });
    await expect(running.cloudwatch.send(set)).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await alarm('somebody');
    await expect(
      running.cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['somebody', 'nobody'] })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
    expect(await names({ AlarmNames: ['somebody', 'nobody'] })).toEqual(['somebody']);
  });
});

describe('the query protocol', () => {
  /** As Debian's AWS CLI and older clients speak: a form, XML back. */
  async function ask(parameters: Record<string, string>, headers: Record<string, string> = {}, body?: Uint8Array) {
    const response = await fetch(running.cloud.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        authorization:
          'AWS4-HMAC-SHA256 Credential=any/20261120/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20261120T120000Z',
        ...headers,
      },
      body: body ?? form(parameters),
    });
    return { status: response.status, text: await response.text() };
  }
  const form = (parameters: Record<string, string>): string =>
    new URLSearchParams({ Version: '2010-08-01', ...parameters }).toString();
  const data = {
    Action: 'PutMetricData',
    Namespace: 'Query',
    'MetricData.member.1.MetricName': 'orders',
    'MetricData.member.1.Value': '1.5',
    'MetricData.member.1.Dimensions.member.1.Name': 'shop',
    'MetricData.member.1.Dimensions.member.1.Value': 'a & b',
  };

  test('puts and gets metrics', async () => {
    const put = await ask(data);
    expect([put.status, put.text]).toEqual([200, expect.stringContaining('<PutMetricDataResponse xmlns=')]);
    await ask({}, { 'content-encoding': 'gzip' }, gzipSync(form(data)));
    const listed = await ask({ Action: 'ListMetrics', Namespace: 'Query' });
    expect(listed.text).toContain(
      '<Metrics><member><Namespace>Query</Namespace><MetricName>orders</MetricName><Dimensions><member><Name>shop</Name><Value>a &amp; b</Value></member></Dimensions></member></Metrics>',
    );
    const got = await ask({
      Action: 'GetMetricData',
      StartTime: minutesAgo(5).toISOString(),
      EndTime: minutesAgo(-1).toISOString(),
      'MetricDataQueries.member.1.Id': 'm1',
      'MetricDataQueries.member.1.ReturnData': 'true',
      'MetricDataQueries.member.1.MetricStat.Stat': 'Sum',
      'MetricDataQueries.member.1.MetricStat.Period': '60',
      'MetricDataQueries.member.1.MetricStat.Metric.Namespace': 'Query',
      'MetricDataQueries.member.1.MetricStat.Metric.MetricName': 'orders',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Name': 'shop',
      'MetricDataQueries.member.1.MetricStat.Metric.Dimensions.member.1.Value': 'a & b',
    });
    expect(got.text).toMatch(/<Timestamps><member>\d{4}-.*Z<\/member>.*<Values><member>(3|1\.5)<\/member>/);
    const statistics = await ask({
      Action: 'GetMetricStatistics',
      StartTime: minutesAgo(5).toISOString(),
      EndTime: minutesAgo(-1).toISOString(),
      Period: '60',
      Namespace: 'Query',
      MetricName: 'orders',
      'Dimensions.member.1.Name': 'shop',
      'Dimensions.member.1.Value': 'a & b',
      'ExtendedStatistics.member.1': 'p99',
    });
    expect(statistics.text).toContain(
      '<ExtendedStatistics><entry><key>p99</key><value>1.5</value></entry></ExtendedStatistics>',
    );
  });

  test('puts, describes and deletes alarms', async () => {
    await ask({
      Action: 'PutMetricAlarm',
      AlarmName: 'query',
      MetricName: 'orders',
      Namespace: 'Query',
      Statistic: 'Average',
      Period: '60',
      EvaluationPeriods: '2',
      Threshold: '1e1',
      ComparisonOperator: 'LessThanThreshold',
      ActionsEnabled: 'false',
      'AlarmActions.member.1': 'arn:aws:sns:us-east-1:000000000000:alarms',
    });
    const described = await ask({ Action: 'DescribeAlarms', 'AlarmNames.member.1': 'query' });
    expect(described.text).toContain(
      '<AlarmActions><member>arn:aws:sns:us-east-1:000000000000:alarms</member></AlarmActions>',
    );
    expect(described.text).toContain('<Threshold>10</Threshold>');
    expect(described.text).toContain('<ActionsEnabled>false</ActionsEnabled>');
    expect(described.text).toMatch(/<AlarmConfigurationUpdatedTimestamp>\d{4}-[^<]*Z</);
    expect((await ask({ Action: 'DeleteAlarms', 'AlarmNames.member.1': 'query' })).status).toBe(200);
  });

  test('has names of its own for errors, and refuses by name', async () => {
    const errors = [
      [{ Action: 'SetAlarmState', AlarmName: 'a', StateValue: 'BAD', StateReason: 'x' }, 400, 'ValidationError'],
      [{ Action: 'SetAlarmState', AlarmName: 'a', StateValue: 'OK', StateReason: 'x' }, 404, 'ResourceNotFound'],
      [{ ...data, 'MetricData.member.1.Values.member.1': '1' }, 400, 'InvalidParameterCombination'],
      [{ ...data, Namespace: 'AWS/SQS' }, 400, 'InvalidParameterValue'],
      [{ ...data, Colour: 'red' }, 501, 'NotImplemented'],
      [{ Action: 'PutDashboard' }, 501, 'NotImplemented'],
    ] as const;
    for (const [parameters, status, code] of errors) {
      const answer = await ask(parameters);
      expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
    }
  });
});
