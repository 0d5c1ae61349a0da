import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCloud, type Cloud, type CloudOptions } from '../../src/cloud.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { untilPassing } from '../support/until-passing.ts';

/** A copy of the orders application, so that a test may change it. */
let folder: string;
let observed: CloudEvent[];
const running: Cloud[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orders-'));
  observed = [];
  await cp(join(import.meta.dirname, 'orders'), folder, { recursive: true });
  await symlink(join(import.meta.dirname, '..', '..', '..', '..', 'node_modules'), join(folder, 'node_modules'));
});
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

async function boot(options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    stackName: 'orders',
    port: 0,
    observe: (event) => observed.push(event),
    ...options,
  });
  running.push(cloud);
  return cloud;
}

const settings = ({ endpoint, region }: Cloud): object => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

async function order(
  cloud: Cloud,
  orderId: string,
): Promise<{ greeting: string | undefined; version: string | undefined }> {
  const { OrdersTopicArn, OrdersTableName } = cloud.outputs;
  await new SNSClient(settings(cloud)).send(
    new PublishCommand({ TopicArn: OrdersTopicArn, Message: JSON.stringify({ orderId }) }),
  );
  const dynamodb = new DynamoDBClient(settings(cloud));
  return untilPassing(async () => {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ TableName: OrdersTableName, Key: { orderId: { S: orderId } } }),
    );
    expect(item).toBeDefined();
    return { greeting: item?.['greeting']?.S, version: item?.['version']?.S };
  });
}

async function copies(cloud: Cloud): Promise<number> {
  const { Attributes: attributes } = await new SQSClient(settings(cloud)).send(
    new GetQueueAttributesCommand({
      QueueUrl: cloud.outputs['CopiesQueueUrl'],
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(attributes?.['ApproximateNumberOfMessages']);
}

const changes = (): string[] =>
  observed.flatMap((event) =>
    event.type === 'stack-changed' ? [`${event.change} ${event.logicalId.replace(/[0-9a-f]{10}$/, '')}`] : [],
  );

test('an application of another kind runs: topic, function, table, queue, each with the permission it was given', async () => {
  const cloud = await boot();
  const outputs = await cloud.deploy();
  expect(await order(cloud, 'first')).toEqual({ greeting: 'hello', version: '1' });
  await untilPassing(async () => expect(await copies(cloud)).toBe(1));

  const { Stacks: stacks } = await new CloudFormationClient(settings(cloud)).send(
    new DescribeStacksCommand({ StackName: 'orders' }),
  );
  expect(stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
  expect(
    Object.fromEntries((stacks?.[0]?.Outputs ?? []).map(({ OutputKey: key, OutputValue: value }) => [key, value])),
  ).toEqual(outputs);
});

test('changed code is published and served behind the alias; nothing else is touched', async () => {
  const cloud = await boot();
  await cloud.deploy();
  observed.length = 0;
  const file = join(folder, 'record-order', 'handler.ts');
  await writeFile(file, (await readFile(file, 'utf8')).replace("process.env['GREETING'] ?? ''", "'changed'"));
  await cloud.deploy();
  expect(changes().sort()).toEqual([
    'created RecordOrderFunctionVersion',
    'updated RecordOrderFunction',
    'updated RecordOrderFunctionAliaslive',
  ]);
  expect(await order(cloud, 'second')).toEqual({ greeting: 'changed', version: '2' });
});

test('a changed parameter publishes no version, as with SAM: the alias serves what it served', async () => {
  const cloud = await boot();
  await cloud.deploy();
  await cloud.deploy({ Greeting: 'goodbye' });
  expect(await order(cloud, 'third')).toEqual({ greeting: 'hello', version: '1' });
});

test('a deployment that fails takes everything back, and the application runs on', async () => {
  const cloud = await boot();
  await cloud.deploy();
  const file = join(folder, 'template.yaml');
  const template = await readFile(file, 'utf8');
  await writeFile(
    file,
    template
      .replace('VisibilityTimeout: 30', 'VisibilityTimeout: 60')
      .replace(
        'Outputs:',
        `  BrokenMapping:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties: { FunctionName: !Ref RecordOrderFunction, EventSourceArn: arn:aws:sqs:us-east-1:000000000000:missing }\nOutputs:`,
      ),
  );
  await expect(cloud.deploy()).rejects.toThrow(/could not be deployed, and was rolled back:\nBrokenMapping/);
  expect(await order(cloud, 'fourth')).toEqual({ greeting: 'hello', version: '1' });
  await writeFile(file, template);
  observed.length = 0;
  await cloud.deploy();
  expect(changes()).toEqual([]);
});

test('after a restart everything is there as it was left, and nothing is deployed again', async () => {
  const stateFolder = join(folder, 'state');
  const first = await boot({ stateFolder, seed: 1 });
  const outputs = await first.deploy();
  await order(first, 'kept');
  // Stopped in the middle of it, the event would be delivered once more.
  await untilPassing(() => expect(observed).toContainEqual(expect.objectContaining({ outcome: 'succeeded' })));
  const port = Number(new URL(first.endpoint).port);
  await first.stop();

  observed.length = 0;
  const second = await boot({ stateFolder, seed: 2, port });
  expect(await second.deploy()).toEqual(outputs);
  expect(changes()).toEqual([]);
  expect(await copies(second)).toBe(1);
  expect(await order(second, 'kept')).toEqual({ greeting: 'hello', version: '1' });
  const { FunctionVersion: version } = await new LambdaClient(settings(second)).send(
    new GetAliasCommand({ FunctionName: outputs['RecordOrderAlias']?.replace(/:live$/, ''), Name: 'live' }),
  );
  expect(version).toBe('1');
});

test('a port in use is refused with a word on what to do, and nothing is left running', async () => {
  const first = await boot();
  const port = Number(new URL(first.endpoint).port);
  await expect(boot({ port })).rejects.toThrow(`Port ${String(port)} on 127.0.0.1 is in use`);
});
