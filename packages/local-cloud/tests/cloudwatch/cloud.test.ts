import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, expect, test } from '@jest/globals';
import { untilPassing } from '../support/until-passing.ts';
import { startCloud, type Running } from './support/cloud.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloudwatch-state-'));
let running: Running;
afterEach(async () => {
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

const alarm = {
  AlarmName: 'many',
  Namespace: 'Shop',
  MetricName: 'orders',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 5,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'ignore',
} as const;

test('a cloud that is started again has its alarms and their states, and has forgotten what was measured', async () => {
  // So slow that nothing is evaluated meanwhile.
  running = await startCloud({ stateFolder: folder, clockFactor: 0.01 });
  await running.cloudwatch.send(new PutMetricAlarmCommand(alarm));
  await running.cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'many', StateValue: 'ALARM', StateReason: 'a test' }),
  );
  await running.cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'orders', Value: 1 }] }),
  );
  const before = await running.cloudwatch.send(new DescribeAlarmsCommand({}));
  await running.stop();

  running = await startCloud({ stateFolder: folder, clockFactor: 600 });
  const { MetricAlarms } = await running.cloudwatch.send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms).toEqual(before.MetricAlarms);
  expect((await running.cloudwatch.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  // It is evaluated again, too.
  await untilPassing(async () => {
    await running.cloudwatch.send(
      new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'orders', Value: 1 }] }),
    );
    expect(running.cloud.services.cloudwatch.stateOf('many')).toBe('OK');
  });
});

test('a role may measure, and read alarms, as far as its policies allow', async () => {
  running = await startCloud();
  await running.cloudwatch.send(new PutMetricAlarmCommand(alarm));
  const { iam } = running.cloud.services;
  const allow = (Action: string, Resource: string, more: object = {}): object => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...more,
  });
  const role = iam.roles.create({
    name: 'Worker',
    path: '/',
    description: '',
    maxSessionDuration: 3600,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    },
    policies: {
      work: {
        Version: '2012-10-17',
        Statement: [
          allow('cloudwatch:PutMetricData', '*', { Condition: { StringEquals: { 'cloudwatch:namespace': 'Shop' } } }),
          allow('cloudwatch:DescribeAlarms', 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:many'),
        ],
      },
    },
    tags: {},
  });
  const client = new CloudWatchClient({ ...running.options, credentials: iam.credentialsFor(role.arn, 'work') });
  const put = (Namespace: string) =>
    client.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'orders', Value: 1 }] }));
  await put('Shop');
  await expect(put('Other')).rejects.toThrow('is not authorized to perform: cloudwatch:PutMetricData');
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['many'] }));
  expect(MetricAlarms).toHaveLength(1);
  await expect(client.send(new DescribeAlarmsCommand({}))).rejects.toThrow('cloudwatch:DescribeAlarms');
  await expect(client.send(new PutMetricAlarmCommand(alarm))).rejects.toThrow(
    'cloudwatch:PutMetricAlarm on resource: arn:aws:cloudwatch:us-east-1:000000000000:alarm:many',
  );
  client.destroy();
});

test('what is done with a queue is counted by who did it: what it gives up on is not sent to its dead-letter queue', async () => {
  running = await startCloud({ clockFactor: 600 });
  const sqs = new SQSClient(running.options);
  const { QueueUrl: dead } = await sqs.send(new CreateQueueCommand({ QueueName: 'dead' }));
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead',
    maxReceiveCount: 1,
  });
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'jobs', Attributes: { RedrivePolicy, VisibilityTimeout: '0' } }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));
  const { Messages: [kept] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 30 }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: kept?.ReceiptHandle }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'lost' }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  // The second receive finds that it was received too often.
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));

  // Whoever only looks at a queue keeps it active.
  const usedAt = (): number => running.cloud.services.sqs.queues.get('dead').messages.traffic().usedAt;
  const before = usedAt();
  await untilPassing(async () => {
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: dead, AttributeNames: ['All'] }));
    expect(usedAt()).toBeGreaterThan(before);
  });

  const totals = async (queue: string, names: readonly string[]): Promise<unknown[]> => {
    const { MetricDataResults = [] } = await running.cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 60_000),
        MetricDataQueries: names.map((MetricName, index) => ({
          Id: `m${String(index)}`,
          MetricStat: {
            Metric: { Namespace: 'AWS/SQS', MetricName, Dimensions: [{ Name: 'QueueName', Value: queue }] },
            Period: 7200,
            Stat: MetricName.startsWith('Approximate') ? 'Maximum' : 'Sum',
          },
        })),
      }),
    );
    return MetricDataResults.map(({ Values }) => Values?.[0]);
  };
  const counted = [
    'NumberOfMessagesSent',
    'NumberOfMessagesReceived',
    'NumberOfMessagesDeleted',
    'NumberOfEmptyReceives',
  ];
  await untilPassing(async () => expect(await totals('jobs', counted)).toEqual([2, 2, 1, 1]));
  await untilPassing(async () => {
    const names = ['NumberOfMessagesSent', 'ApproximateNumberOfMessagesVisible'];
    expect(await totals('dead', names)).toEqual([0, 1]);
  });
  sqs.destroy();
});
