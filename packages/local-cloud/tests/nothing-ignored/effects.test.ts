import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  LambdaClient,
  ListLayersCommand,
  ListLayerVersionsCommand,
} from '@aws-sdk/client-lambda';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import { createRandom } from '../../src/core/random.ts';
import { createEvents } from '../../src/services/eventbridge/eventbridge.ts';
import { fire } from '../../src/services/scheduler/fire.ts';
import type { Schedule } from '../../src/services/scheduler/schedule.ts';
import { createScheduler } from '../../src/services/scheduler/scheduler.ts';
import { readProperties } from '../../src/stacks/properties.ts';
import { s3Bucket } from '../../src/stacks/providers/s3-bucket.ts';
import { untilPassing } from '../support/until-passing.ts';
import { startS3 } from '../s3/cloud.ts';
import { startWholeCloud, type WholeCloud } from './whole-cloud.ts';

// What the services' own tests do not show: that these properties of resources do something.

let cloud: WholeCloud;
let stop: () => void;
let lambda: LambdaClient;
let sqs: SQSClient;
let dynamodb: DynamoDBClient;
let logs: CloudWatchLogsClient;
let events: EventBridgeClient;

beforeAll(async () => {
  cloud = await startWholeCloud();
  const options = {
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  };
  lambda = new LambdaClient(options);
  sqs = new SQSClient(options);
  dynamodb = new DynamoDBClient(options);
  logs = new CloudWatchLogsClient(options);
  events = new EventBridgeClient(options);
  stop = () => {
    for (const client of [lambda, sqs, dynamodb, logs, events]) client.destroy();
  };
});
afterAll(async () => {
  stop();
  await cloud.stop();
});

const Role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      { PolicyName: 'logs', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] } },
    ],
  },
};
const workerOf = (FunctionName: string, more: object = {}): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName,
    Code: cloud.artifact,
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    ...more,
  },
});
const traceOf = async (FunctionName: string): Promise<string> =>
  String(JSON.parse((await lambda.send(new InvokeCommand({ FunctionName }))).Payload?.transformToString() ?? ''));

test('a function that is traced begins traces that are sampled', async () => {
  await cloud.deploy(
    { Role, Traced: workerOf('traced', { TracingConfig: { Mode: 'Active' } }), Plain: workerOf('plain') },
    'traces',
  );
  expect(await traceOf('traced')).toContain('Sampled=1');
  expect(await traceOf('plain')).toContain('Sampled=0');
});

test('a function logs to the group that it names', async () => {
  const LoggingConfig = { LogGroup: '/shop/all' };
  await cloud.deploy({ Role, Worker: workerOf('logging', { LoggingConfig }) }, 'logs');
  await traceOf('logging');
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/shop/all' }));
  expect(events.map(({ message }) => message).join('')).toContain('hello');
});

test('versions and layers are told as they were published', async () => {
  const Layer = {
    Type: 'AWS::Lambda::LayerVersion',
    Properties: { LayerName: 'told', Content: cloud.artifact, Description: 'a library', LicenseInfo: 'MIT' },
  };
  const Version = {
    Type: 'AWS::Lambda::Version',
    Properties: { FunctionName: { Ref: 'Worker' }, Description: 'the first' },
  };
  await cloud.deploy({ Role, Worker: workerOf('versioned'), Version, Layer }, 'versions');
  const version = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'versioned', Qualifier: '1' }));
  expect(version.Description).toBe('the first');
  const told = { Description: 'a library', LicenseInfo: 'MIT', Version: 1 };
  expect(await lambda.send(new GetLayerVersionCommand({ LayerName: 'told', VersionNumber: 1 }))).toMatchObject(told);
  const Arn = 'arn:aws:lambda:us-east-1:000000000000:layer:told:1';
  expect(await lambda.send(new GetLayerVersionByArnCommand({ Arn }))).toMatchObject(told);
  const missing = lambda.send(new GetLayerVersionCommand({ LayerName: 'told', VersionNumber: 2 }));
  await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('layers are listed by what they are compatible with', async () => {
  const layer = (LayerName: string, compatible: object): object => ({
    Type: 'AWS::Lambda::LayerVersion',
    Properties: { LayerName, Content: cloud.artifact, ...compatible },
  });
  await cloud.deploy(
    {
      New: layer('new', { CompatibleRuntimes: ['nodejs24.x'] }),
      Arm: layer('arm', { CompatibleArchitectures: ['arm64'] }),
    },
    'layers',
  );
  const names = async (asked: object): Promise<unknown[]> =>
    ((await lambda.send(new ListLayersCommand(asked))).Layers ?? []).map(({ LayerName }) => LayerName);
  expect(await names({})).toEqual(expect.arrayContaining(['new', 'arm']));
  expect(await names({ CompatibleRuntime: 'nodejs24.x' })).toEqual(['new']);
  expect(await names({ CompatibleArchitecture: 'arm64' })).toEqual(['arm']);
  const { LayerVersions = [] } = await lambda.send(new ListLayerVersionsCommand({ LayerName: 'new' }));
  expect(LayerVersions).toMatchObject([{ Version: 1, CompatibleRuntimes: ['nodejs24.x'] }]);
});

test('a permission lets in for its action only', async () => {
  const bucket = (name: string): object => ({
    Type: 'AWS::S3::Bucket',
    DependsOn: 'Permission',
    Properties: {
      BucketName: name,
      NotificationConfiguration: {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function: { 'Fn::GetAtt': ['Worker', 'Arn'] } }],
      },
    },
  });
  const permission = (Action: string): object => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { Action, FunctionName: { Ref: 'Worker' }, Principal: 's3.amazonaws.com' },
  });
  const stack = (name: string, action: string): Promise<object> =>
    cloud.deploy(
      { Role, Worker: workerOf(name), Permission: permission(action), Bucket: bucket(`${name}-uploads`) },
      name,
    );
  await expect(stack('looked-at', 'lambda:GetFunction')).rejects.toThrow('destination configurations');
  await stack('let-in', 'lambda:InvokeFunction');
});

test('a queue may make every receive a long poll, and messages small', async () => {
  await cloud.deploy(
    {
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: 'patient', ReceiveMessageWaitTimeSeconds: 20, MaximumMessageSize: 1024 },
      },
    },
    'queues',
  );
  const QueueUrl = `${cloud.endpoint}/000000000000/patient`;
  const received = sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
  expect((await received).Messages).toMatchObject([{ Body: 'late' }]);
  const large = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1025) }));
  await expect(large).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

test('a local index lists what it projects', async () => {
  const attribute = (AttributeName: string): object => ({ AttributeName, AttributeType: 'S' });
  const key = (AttributeName: string, KeyType: string): object => ({ AttributeName, KeyType });
  await cloud.deploy(
    {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'local',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [attribute('id'), attribute('at'), attribute('by')],
          KeySchema: [key('id', 'HASH'), key('at', 'RANGE')],
          LocalSecondaryIndexes: [
            {
              IndexName: 'by-owner',
              KeySchema: [key('id', 'HASH'), key('by', 'RANGE')],
              Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['size'] },
            },
          ],
        },
      },
    },
    'tables',
  );
  const Item = Object.fromEntries(['id', 'at', 'by', 'size', 'rest'].map((name) => [name, { S: name }]));
  await dynamodb.send(new PutItemCommand({ TableName: 'local', Item }));
  const { Items } = await dynamodb.send(
    new QueryCommand({
      TableName: 'local',
      IndexName: 'by-owner',
      KeyConditionExpression: 'id = :id',
      ExpressionAttributeValues: { ':id': { S: 'id' } },
    }),
  );
  expect(Items?.map((one) => Object.keys(one).sort())).toEqual([['at', 'by', 'id', 'size']]);
});

test('objects expire at the date of their rule', async () => {
  let now = new Date('2030-01-01T12:00:00Z');
  const s3 = await startS3({ clock: { ...createClock(), now: () => now } });
  try {
    const provider = s3Bucket(s3.s3);
    const properties = readProperties(provider, {
      logicalId: 'Bucket',
      type: provider.type,
      properties: {
        BucketName: 'dated',
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationDate: '2030-01-03T00:00:00Z' }] },
      },
    });
    const stack = {
      stackName: 's',
      stackId: 's',
      region: 'us-east-1',
      accountId: '000000000000',
      random: createRandom(1),
    };
    await provider.create({ logicalId: 'Bucket', properties, stack });
    await s3.client.send(new PutObjectCommand({ Bucket: 'dated', Key: 'k', Body: 'x' }));
    const keys = async (): Promise<unknown> =>
      (await s3.client.send(new ListObjectsV2Command({ Bucket: 'dated' }))).KeyCount;
    now = new Date('2030-01-02T12:00:00Z');
    s3.s3.applyLifecycle();
    expect(await keys()).toBe(1);
    now = new Date('2030-01-03T12:00:00Z');
    s3.s3.applyLifecycle();
    expect(await keys()).toBe(0);
  } finally {
    await s3.stop();
  }
});

const spec = {
  name: 'nightly',
  expression: 'rate(1 hour)',
  timeZone: 'UTC',
  enabled: true,
  target: {
    arn: 'arn:aws:sqs:us-east-1:000000000000:q',
    roleArn: 'arn:aws:iam::000000000000:role/r',
    maximumEventAgeSeconds: 60,
    maximumRetryAttempts: 0,
  },
};
const contextFor = (waited: number[], deliveries: Delivery[]) => ({
  region: 'us-east-1',
  accountId: '000000000000',
  clock: {
    ...createClock(),
    wait: async (ms: number): Promise<void> => {
      waited.push(ms);
      await new Promise(setImmediate);
    },
  },
  random: createRandom(4),
  observe: () => undefined,
  deliver: async (delivery: Delivery) => void deliveries.push(delivery),
  stopping: new AbortController().signal,
  endpoint: () => '',
});

test('a schedule with a flexible window fires within it', async () => {
  const waited: number[] = [];
  const deliveries: Delivery[] = [];
  const schedule: Schedule = { ...spec, arn: 'arn', createdAt: '', lastModified: '', dueAt: undefined, aheadMs: 0 };
  for (let time = 0; time < 20; time += 1) {
    await fire({ ...schedule, flexibleMinutes: 5 }, new Date(), contextFor(waited, deliveries));
  }
  expect(deliveries).toHaveLength(20);
  expect(waited).toHaveLength(20);
  expect(Math.min(...waited)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...waited)).toBeLessThan(5 * 60_000);
  await fire(schedule, new Date(), contextFor(waited, deliveries));
  expect(waited).toHaveLength(20);
});

test('a schedule begins at its start', () => {
  const scheduler = createScheduler(contextFor([], []), { mayAssume: () => true });
  const { dueAt } = scheduler.create({ ...spec, enabled: false, startDate: '2099-05-01T00:00:00Z' });
  expect(dueAt).toMatch(/^2099-05-01/);
});

const queueOf = (QueueName: string): object => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`;
const letIn = (...queues: string[]): object => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: queues.map((Ref) => ({ Ref })),
    PolicyDocument: {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' },
      ],
    },
  },
});
const ruleOf = (Properties: object): object => ({ Type: 'AWS::Events::Rule', Properties });
const happens = (Source: string): Promise<unknown> =>
  events.send(new PutEventsCommand({ Entries: [{ Source, DetailType: 'placed', Detail: '{"order":1}' }] }));
/** The bodies of so many messages. */
async function received(queue: string, count: number): Promise<string[]> {
  const bodies: string[] = [];
  const QueueUrl = `${cloud.endpoint}/000000000000/${queue}`;
  while (bodies.length < count) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) break;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
  return bodies.sort();
}

test('a rule hands on the events of its pattern, whole, in part or as a word, unless it is disabled', async () => {
  const target = (Id: string, more: object): object => ({ Id, Arn: arnOf('matched'), ...more });
  await cloud.deploy(
    {
      Queue: queueOf('matched'),
      Policy: letIn('Queue'),
      Rule: ruleOf({
        EventPattern: { source: ['shop'] },
        Targets: [target('part', { InputPath: '$.detail' }), target('word', { Input: '"now"' })],
      }),
      Resting: ruleOf({ EventPattern: { source: ['shop'] }, State: 'DISABLED', Targets: [target('never', {})] }),
      Last: ruleOf({ EventPattern: { source: ['last'] }, Targets: [target('whole', {})] }),
    },
    'rules',
  );
  await happens('shop');
  await happens('elsewhere');
  await happens('last');
  const [word, part, whole, ...others] = await received('matched', 3);
  expect([word, part, others]).toEqual(['"now"', '{"order":1}', []]);
  expect(JSON.parse(whole ?? '')).toMatchObject({ source: 'last', detail: { order: 1 } });
});

test('a target that comes with a role is reached by what the role may', async () => {
  const roleThat = (Action: string): object => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } }],
    },
  });
  const rule = (role: string, Input: string): object =>
    ruleOf({
      EventPattern: { source: ['by-role'] },
      Targets: [{ Id: 't', Arn: arnOf('by-role'), RoleArn: { 'Fn::GetAtt': [role, 'Arn'] }, Input }],
    });
  await cloud.deploy(
    {
      Queue: queueOf('by-role'),
      Sender: roleThat('sqs:SendMessage'),
      Reader: roleThat('sqs:ReceiveMessage'),
      Sends: rule('Sender', '"sent"'),
      Reads: rule('Reader', '"never"'),
    },
    'roles',
  );
  await happens('by-role');
  expect(await received('by-role', 1)).toEqual(['"sent"']);
});

test('what a rule cannot hand on is tried again, then a dead letter', async () => {
  await cloud.deploy(
    {
      DeadLetters: queueOf('lost'),
      Policy: letIn('DeadLetters'),
      Rule: ruleOf({
        EventPattern: { source: ['lost'] },
        Targets: [
          {
            Id: 't',
            Arn: arnOf('nowhere'),
            DeadLetterConfig: { Arn: arnOf('lost') },
            RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
          },
        ],
      }),
    },
    'lost',
  );
  await happens('lost');
  expect(JSON.parse((await received('lost', 1))[0] ?? '')).toMatchObject({ source: 'lost' });
});

test('a rule with an expression fires by the clock', async () => {
  const deliveries: Delivery[] = [];
  const bus = createEvents({ ...contextFor([], deliveries), clock: createClock(36_000) });
  bus.create({
    name: 'hourly',
    enabled: true,
    expression: 'rate(1 hour)',
    targets: [{ id: 't', arn: arnOf('q'), maximumEventAgeSeconds: 60, maximumRetryAttempts: 0 }],
  });
  await untilPassing(() => expect(deliveries.length).toBeGreaterThan(1));
  bus.delete('hourly');
  expect(JSON.parse(deliveries[0]?.body ?? '')).toMatchObject({ source: 'aws.events' });
});
