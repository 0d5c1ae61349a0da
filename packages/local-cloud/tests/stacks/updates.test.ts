import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetAliasCommand, InvokeCommand, LambdaClient, ListVersionsByFunctionCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client, GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCloud, type Cloud, type CloudOptions } from '../../src/cloud.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { untilPassing } from '../support/until-passing.ts';

/** A copy of the warehouse, an application of a bucket, a queue, a table and a slow function. */
let folder: string;
let observed: CloudEvent[];
const running: Cloud[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warehouse-'));
  observed = [];
  await cp(join(import.meta.dirname, 'warehouse'), folder, { recursive: true });
  await symlink(join(import.meta.dirname, '..', '..', '..', '..', 'node_modules'), join(folder, 'node_modules'));
});
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

async function boot(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    stackName: 'warehouse',
    port: 0,
    observe: (event) => observed.push(event),
    ...options,
  });
  running.push(cloud);
  await cloud.deploy();
  observed.length = 0;
  return cloud;
}

const settings = ({ endpoint, region }: Cloud) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

/** Changes a file of the application; throws where there is nothing to change. */
async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(join(folder, file), text.replace(from, to));
}

const changes = (): string[] =>
  observed
    .flatMap((event) =>
      event.type === 'stack-changed' ? [`${event.change} ${event.logicalId.replace(/[0-9a-f]{10}$/, '')}`] : [],
    )
    .sort();

const output = (cloud: Cloud, name: string): string => cloud.outputs[name] ?? '';

async function invoke(cloud: Cloud, payload: object = {}): Promise<{ version: string | undefined; answer: unknown }> {
  const answer = await new LambdaClient(settings(cloud)).send(
    new InvokeCommand({ FunctionName: output(cloud, 'PackAlias'), Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  return { version: answer.ExecutedVersion, answer: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) };
}

async function fill(cloud: Cloud): Promise<void> {
  await new S3Client({ ...settings(cloud), forcePathStyle: true }).send(
    new PutObjectCommand({ Bucket: output(cloud, 'ShelvesBucket'), Key: 'box', Body: 'tea' }),
  );
  await new SQSClient(settings(cloud)).send(
    new SendMessageCommand({ QueueUrl: output(cloud, 'ParcelsUrl'), MessageBody: 'parcel' }),
  );
  await new DynamoDBClient(settings(cloud)).send(
    new PutItemCommand({ TableName: output(cloud, 'StockTable'), Item: { id: { S: 'tea' }, place: { S: 'a1' } } }),
  );
}

async function expectFilled(cloud: Cloud): Promise<void> {
  const { Body } = await new S3Client({ ...settings(cloud), forcePathStyle: true }).send(
    new GetObjectCommand({ Bucket: output(cloud, 'ShelvesBucket'), Key: 'box' }),
  );
  expect(await Body?.transformToString()).toBe('tea');
  const { Item } = await new DynamoDBClient(settings(cloud)).send(
    new GetItemCommand({ TableName: output(cloud, 'StockTable'), Key: { id: { S: 'tea' } } }),
  );
  expect(Item?.['place']?.S).toBe('a1');
  const { Messages } = await new SQSClient(settings(cloud)).send(
    new ReceiveMessageCommand({ QueueUrl: output(cloud, 'ParcelsUrl'), VisibilityTimeout: 0 }),
  );
  expect(Messages?.map((message) => message.Body)).toEqual(['parcel']);
}

/** The newest first: `Shelves DELETE_FAILED`. */
async function events(cloud: Cloud): Promise<{ told: string; reason: string | undefined }[]> {
  const { StackEvents = [] } = await new CloudFormationClient(settings(cloud)).send(
    new DescribeStackEventsCommand({ StackName: cloud.services.stacks.stackId('warehouse') }),
  );
  return StackEvents.map((event) => ({
    told: `${event.LogicalResourceId ?? ''} ${event.ResourceStatus ?? ''}`,
    reason: event.ResourceStatusReason,
  }));
}

test('changed code becomes a version behind the alias; what is in work ends on the old one, whose process then goes', async () => {
  const cloud = await boot();
  const inWork = invoke(cloud, { gate: join(folder, 'gate') });
  await untilPassing(() => expect(cloud.services.lambda.processes()).toHaveLength(1));
  await untilPassing(async () => expect(await readFile(join(folder, 'gate.reached'), 'utf8')).toBe(''));
  await edit('pack/label.ts', "'old label'", "'new label'");
  await cloud.deploy();
  expect(changes()).toEqual(['created PackFunctionVersion', 'updated PackFunction', 'updated PackFunctionAliaslive']);
  expect(await invoke(cloud)).toEqual({ version: '2', answer: 'new label' });

  await writeFile(join(folder, 'gate'), '');
  expect(await inWork).toEqual({ version: '1', answer: 'old label' });
  await untilPassing(() => expect(cloud.services.lambda.processes()).toHaveLength(1));
  const lambda = new LambdaClient(settings(cloud));
  const FunctionName = output(cloud, 'PackAlias').replace(/:live$/, '');
  // The version of before stays, as SAM's DeletionPolicy says.
  const { Versions } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
  expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
});

test('properties are changed in place: what queue, bucket and table hold stays', async () => {
  const cloud = await boot();
  await fill(cloud);
  await edit('template.yaml', 'VisibilityTimeout: 30', 'VisibilityTimeout: 60');
  await edit('template.yaml', '# versioning', 'VersioningConfiguration: { Status: Enabled }');
  await edit(
    'template.yaml',
    '# index',
    'GlobalSecondaryIndexes: [{ IndexName: byPlace, KeySchema: [{ AttributeName: place, KeyType: HASH }], Projection: { ProjectionType: ALL } }]',
  );
  await edit('template.yaml', '# place', '{ AttributeName: place, AttributeType: S }');
  await cloud.deploy();
  expect(changes()).toEqual(['updated Parcels', 'updated Shelves', 'updated Stock']);
  await expectFilled(cloud);
  const { Attributes } = await new SQSClient(settings(cloud)).send(
    new GetQueueAttributesCommand({ QueueUrl: output(cloud, 'ParcelsUrl'), AttributeNames: ['VisibilityTimeout'] }),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: '60' });
  const { Status } = await new S3Client({ ...settings(cloud), forcePathStyle: true }).send(
    new GetBucketVersioningCommand({ Bucket: output(cloud, 'ShelvesBucket') }),
  );
  expect(Status).toBe('Enabled');
  const { Table } = await new DynamoDBClient(settings(cloud)).send(
    new DescribeTableCommand({ TableName: output(cloud, 'StockTable') }),
  );
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(['byPlace']);
});

test('an update that fails leaves all as it was, data, code and settings, and says what it did', async () => {
  const cloud = await boot();
  await fill(cloud);
  await edit('pack/label.ts', "'old label'", "'new label'");
  await edit('template.yaml', 'VisibilityTimeout: 30', 'VisibilityTimeout: 60');
  await edit(
    'template.yaml',
    'Outputs:',
    `  Extra: { Type: AWS::S3::Bucket }
  Broken:
    Type: AWS::Lambda::EventSourceMapping
    DependsOn: [Extra, Parcels, PackFunction]
    Properties: { FunctionName: !Ref PackFunction, EventSourceArn: arn:aws:sqs:us-east-1:000000000000:missing }
Outputs:`,
  );
  await expect(cloud.deploy()).rejects.toThrow(/was rolled back:\nBroken \(AWS::Lambda::EventSourceMapping\): /);
  await expectFilled(cloud);
  expect(await invoke(cloud)).toEqual({ version: '1', answer: 'old label' });
  const client = new CloudFormationClient(settings(cloud));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'warehouse' }));
  expect(Stacks?.[0]?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName: 'warehouse' }));
  expect(StackResources?.map(({ LogicalResourceId: id }) => id)).not.toContain('Extra');
  const told = await events(cloud);
  expect(told.map((event) => event.told)).toEqual(
    expect.arrayContaining(['Broken CREATE_FAILED', 'Extra DELETE_COMPLETE', 'warehouse UPDATE_ROLLBACK_IN_PROGRESS']),
  );

  // What mends the template finds the way free: the code that was rolled back can be published.
  await edit(
    'template.yaml',
    'EventSourceArn: arn:aws:sqs:us-east-1:000000000000:missing',
    'EventSourceArn: !GetAtt Parcels.Arn',
  );
  await edit('template.yaml', '# may receive', '- { Effect: Allow, Action: sqs:*, Resource: !GetAtt Parcels.Arn }');
  await cloud.deploy();
  expect((await invoke(cloud)).answer).toBe('new label');
});

test('a bucket that is not empty is not deleted, and the stack says so', async () => {
  const cloud = await boot();
  await fill(cloud);
  const template = await readFile(join(folder, 'template.yaml'), 'utf8');
  await writeFile(
    join(folder, 'template.yaml'),
    template.replace(/ {2}Shelves:\n(?: {4}.*\n)+/, '').replace(/ {2}ShelvesBucket:.*\n/, ''),
  );
  await cloud.deploy();
  expect(await events(cloud)).toContainEqual({
    told: 'Shelves DELETE_FAILED',
    reason: 'The bucket you tried to delete is not empty',
  });
  expect((await events(cloud))[0]?.told).toBe('warehouse UPDATE_COMPLETE');
});

test('DeleteStack deletes what it may, and tells what it could not', async () => {
  const cloud = await boot();
  await fill(cloud);
  const client = new CloudFormationClient(settings(cloud));
  const StackName = cloud.services.stacks.stackId('warehouse');
  const status = async (): Promise<string | undefined> =>
    (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;
  await client.send(new DeleteStackCommand({ StackName }));
  await untilPassing(async () => expect(await status()).toBe('DELETE_FAILED'));
  const { StackResources } = await client.send(new DescribeStackResourcesCommand({ StackName }));
  expect(
    StackResources?.map(({ LogicalResourceId: id, ResourceStatus }) => `${id ?? ''} ${ResourceStatus ?? ''}`),
  ).toEqual(['Shelves DELETE_FAILED']);
});

test('a template that was changed while the cloud was off is deployed at its start, at another port too', async () => {
  const stateFolder = join(folder, 'state');
  const first = await boot({ stateFolder, seed: 1 });
  await fill(first);
  await first.stop();
  await edit('template.yaml', 'VisibilityTimeout: 30', 'VisibilityTimeout: 60');

  const taken = createServer().listen(Number(new URL(first.endpoint).port), '127.0.0.1');
  const second = await boot({ stateFolder, seed: 2 }).finally(() => taken.close());
  expect(second.endpoint).not.toBe(first.endpoint);
  expect(output(second, 'ParcelsUrl')).toMatch(new RegExp(`^${second.endpoint}/`));
  await expectFilled(second);
  // The version that is published follows as well: its variables name the queue's URL.
  expect(await invoke(second, { tell: 'PARCELS_URL' })).toEqual({ version: '1', answer: output(second, 'ParcelsUrl') });
  const { FunctionVersion } = await new LambdaClient(settings(second)).send(
    new GetAliasCommand({ FunctionName: output(second, 'PackAlias').replace(/:live$/, ''), Name: 'live' }),
  );
  expect(FunctionVersion).toBe('1');
});
