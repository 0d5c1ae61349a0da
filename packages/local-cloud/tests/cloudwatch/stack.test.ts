import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  type Dimension,
} from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { untilPassing } from '../support/until-passing.ts';
import { startCloud, type Running } from './support/cloud.ts';

let folder: string;
let running: Running;
let lambda: LambdaClient;
let sqs: SQSClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alarms-'));
  write(128, 3);
  running = await startCloud({ template: join(folder, 'template.yaml'), clockFactor: 60 });
  lambda = new LambdaClient(running.options);
  sqs = new SQSClient(running.options);
});
afterEach(async () => {
  lambda.destroy();
  sqs.destroy();
  await running.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A function that counts what it sells by its version, alarms on that and on dead letters, and who is told. */
function write(memory: number, threshold: number): void {
  const metric = (id: string, name: string) => `
        - Id: ${id}
          ReturnData: false
          MetricStat:
            Metric:
              Namespace: Shop
              MetricName: ${name}
              Dimensions: [{ Name: version, Value: !GetAtt Sell.Version.Version }]
            Period: 300
            Stat: Sum`;
  writeFileSync(
    join(folder, 'template.yaml'),
    `
Transform: AWS::Serverless-2016-10-31
Resources:
  Sell:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: sell
      Handler: index.handler
      Runtime: nodejs24.x
      MemorySize: ${String(memory)}
      AutoPublishAlias: live
      InlineCode: |
        exports.handler = async ({ failed = 0, fails = false }) => {
          console.log(JSON.stringify({
            _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{
              Namespace: 'Shop', Dimensions: [['version']], Metrics: [{ Name: 'sales' }, { Name: 'failed' }],
            }] },
            version: process.env.AWS_LAMBDA_FUNCTION_VERSION, sales: 1, failed,
          }));
          if (fails) throw new Error('no');
        };
  Told:
    Type: AWS::SQS::Queue
  DeadLetters:
    Type: AWS::SQS::Queue
    Properties: { QueueName: dead-letters }
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Subscription: [{ Protocol: sqs, Endpoint: !GetAtt Told.Arn }]
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Told, !Ref Heard]
      PolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { Service: [sns.amazonaws.com, events.amazonaws.com] }, Action: sqs:SendMessage, Resource: '*' }
  Heard:
    Type: AWS::SQS::Queue
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [aws.cloudwatch], detail: { alarmName: [failed], state: { value: [ALARM] } } }
      Targets: [{ Id: heard, Arn: !GetAtt Heard.Arn }]
  FailedAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: failed
      AlarmActions: [!Ref Topic]
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      Metrics:
        - { Id: share, Expression: 'IF(failed >= ${String(threshold)} AND failed > 0.05 * sales, 1, 0)' }${metric('failed', 'failed')}${metric('sales', 'sales')}
  DeadLettersAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      Metrics:
        - { Id: new, Expression: DIFF(m1) }
        - Id: m1
          ReturnData: false
          MetricStat:
            Metric:
              Namespace: AWS/SQS
              MetricName: ApproximateNumberOfMessagesVisible
              Dimensions: [{ Name: QueueName, Value: !GetAtt DeadLetters.QueueName }]
            Period: 60
            Stat: Maximum
Outputs:
  Told: { Value: !Ref Told }
  Heard: { Value: !Ref Heard }
  DeadLetters: { Value: !Ref DeadLetters }
  DeadLettersAlarm: { Value: !Ref DeadLettersAlarm }
  DeadLettersAlarmArn: { Value: !GetAtt DeadLettersAlarm.Arn }
`,
  );
}

const sell = (event: object = {}, Qualifier = 'live') =>
  lambda.send(new InvokeCommand({ FunctionName: 'sell', Qualifier, Payload: JSON.stringify(event) }));
const became = (alarm: string): string[] =>
  running.observed.flatMap((event) => (event.type === 'alarm-changed' && event.alarm === alarm ? [event.to] : []));

async function sums(
  name: string,
  sets: Readonly<Record<string, Record<string, string>>>,
  Stat = 'Sum',
): Promise<Record<string, number>> {
  const now = Date.now();
  const { MetricDataResults = [] } = await running.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 600_000),
      EndTime: new Date(now + 60_000),
      MetricDataQueries: Object.entries(sets).map(([Id, dimensions]) => ({
        Id,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Lambda',
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]): Dimension => ({ Name, Value })),
          },
          Period: 3600,
          Stat,
        },
      })),
    }),
  );
  return Object.fromEntries(
    MetricDataResults.map(({ Id = '', Values = [] }) => [Id, Values.reduce((a, b) => a + b, 0)]),
  );
}

test('invocations are measured by function, by alias, and by the version that an alias chose', async () => {
  await running.cloud.deploy();
  write(256, 3);
  await running.cloud.deploy();
  const RoutingConfig = { AdditionalVersionWeights: { '1': 0.5 } };
  await lambda.send(new UpdateAliasCommand({ FunctionName: 'sell', Name: 'live', RoutingConfig }));
  const answered = { '1': 0, '2': 0 } as Record<string, number>;
  for (let count = 0; count < 12; count += 1) {
    const { ExecutedVersion = '' } = await sell({ fails: count < 4 });
    answered[ExecutedVersion] = (answered[ExecutedVersion] ?? 0) + 1;
  }
  await sell({}, '1');
  await lambda.send(new InvokeCommand({ FunctionName: 'sell', Payload: '{}' }));

  const live = { FunctionName: 'sell', Resource: 'sell:live' };
  const sets = {
    all: {},
    sell: { FunctionName: 'sell' },
    live,
    live1: { ...live, ExecutedVersion: '1' },
    live2: { ...live, ExecutedVersion: '2' },
    version1: { FunctionName: 'sell', Resource: 'sell:1' },
    unqualified: { FunctionName: 'sell', Resource: 'sell' },
  };
  expect(await sums('Invocations', sets)).toEqual({
    all: 14,
    sell: 14,
    live: 12,
    live1: answered['1'],
    live2: answered['2'],
    version1: 1,
    unqualified: 1,
  });
  expect(await sums('Errors', { live, all: {} })).toEqual({ live: 4, all: 4 });
  // Whoever did not fail counts as well: the average is the rate.
  expect(await sums('Errors', { live }, 'SampleCount')).toEqual({ live: 12 });
  expect(await sums('Throttles', { live })).toEqual({ live: 0 });
  // Of the whole account, minute by minute; one after the other.
  await untilPassing(async () => {
    expect(await sums('ConcurrentExecutions', { all: {} }, 'Maximum')).toEqual({ all: 1 });
    expect(await sums('ClaimedAccountConcurrency', { all: {} }, 'Maximum')).toEqual({ all: 1 });
  });
  const least = (await sums('Duration', { live }, 'p0'))['live'] ?? 0;
  const most = (await sums('Duration', { live }, 'p100'))['live'] ?? 0;
  expect(least).toBeGreaterThan(0);
  expect(most).toBeGreaterThanOrEqual(least);
});

test('what a version logs raises the alarm of a template, a topic and a rule tell of it, and another version calms it', async () => {
  await running.cloud.deploy();
  await sell({ failed: 2 });
  await untilPassing(() => expect(became('failed')).toEqual(['OK']));
  await sell({ failed: 3 });
  await untilPassing(() => expect(became('failed')).toEqual(['OK', 'ALARM']));
  const { Messages: [message] = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: running.cloud.outputs['Told'], WaitTimeSeconds: 10 }),
  );
  const { Subject, Message = '' } = JSON.parse(message?.Body ?? '{}') as { Subject?: string; Message?: string };
  expect(Subject).toBe('ALARM: "failed" in US East (N. Virginia)');
  expect(JSON.parse(Message)).toMatchObject({
    AlarmName: 'failed',
    NewStateValue: 'ALARM',
    Trigger: { Period: 300, Metrics: [{ Id: 'share' }, { Id: 'failed' }, { Id: 'sales' }] },
  });
  const { Messages: [event] = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: running.cloud.outputs['Heard'], WaitTimeSeconds: 10 }),
  );
  expect(JSON.parse(event?.Body ?? '{}')).toMatchObject({
    'detail-type': 'CloudWatch Alarm State Change',
    detail: { previousState: { value: 'OK' } },
  });

  // A new version, to which the alarm is bound by the next deployment, has failed at nothing.
  write(256, 3);
  await running.cloud.deploy();
  await untilPassing(() => expect(became('failed')).toEqual(['OK', 'ALARM', 'OK']));
  const { MetricAlarms: [alarm] = [] } = await running.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: ['failed'] }),
  );
  expect(alarm?.Metrics?.[1]?.MetricStat?.Metric?.Dimensions).toEqual([{ Name: 'version', Value: '2' }]);
});

test('a dead letter raises an alarm once, and leaves it when it is old', async () => {
  await running.cloud.deploy();
  const { DeadLetters: QueueUrl, DeadLettersAlarm: name = '', DeadLettersAlarmArn: arn } = running.cloud.outputs;
  expect(name).toMatch(/^shop-DeadLettersAlarm-/);
  expect(arn).toBe(`arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`);
  const { Metrics = [] } = await untilPassing(async () => {
    const listed = await running.cloudwatch.send(
      new ListMetricsCommand({ Namespace: 'AWS/SQS', Dimensions: [{ Name: 'QueueName', Value: 'dead-letters' }] }),
    );
    expect(listed.Metrics).not.toEqual([]);
    return listed;
  });
  expect(Metrics.map(({ MetricName }) => MetricName)).toContain('ApproximateNumberOfMessagesVisible');
  // Or the letter might be there when the alarm is looked at for the first time.
  await untilPassing(() => expect(became(name)).toEqual(['OK']));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'lost' }));
  await untilPassing(() => expect(became(name)).toEqual(['OK', 'ALARM', 'OK']));
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
});

test('an alarm that CloudWatch would refuse fails its deployment, which changes nothing; an alarm goes with its stack', async () => {
  await running.cloud.deploy();
  const template = join(folder, 'template.yaml');
  writeFileSync(
    template,
    `
Resources:
  Wrong:
    Type: AWS::CloudWatch::Alarm
    Properties:
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      Metrics: [{ Id: wrong, Expression: 'SEARCH("x", "Sum")' }]
`,
  );
  await expect(running.cloud.deploy()).rejects.toThrow('does not implement the metric math function SEARCH');
  expect(running.cloud.services.cloudwatch.stateOf('failed')).toBeDefined();
  writeFileSync(template, 'Resources: { Queue: { Type: AWS::SQS::Queue } }');
  await running.cloud.deploy();
  expect(running.cloud.services.cloudwatch.stateOf('failed')).toBeUndefined();
});
