import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { createRandom } from '../../src/core/random.ts';
import { cloudFormationApi } from '../../src/stacks/api/cloudformation-api.ts';
import type { ResourceDescription, StackDescription, StackEvent, StackView } from '../../src/stacks/stack-view.ts';
import { createGateway, type Gateway } from '../../src/wire/gateway.ts';

const stack: StackDescription = {
  stackName: 'app',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/app/1',
  description: 'an app & more',
  status: 'UPDATE_COMPLETE',
  createdAt: new Date('2026-11-20T12:00:00Z'),
  updatedAt: new Date('2026-11-20T12:30:00Z'),
  parameters: { Stage: 'local' },
  outputs: [
    { key: 'BucketName', value: 'uploads', description: 'Upload here' },
    { key: 'TopicArn', value: 'arn:aws:sns:us-east-1:000000000000:t', exportName: 'topic' },
  ],
  capabilities: ['CAPABILITY_IAM'],
  tags: { team: 'images' },
};
const deleted: StackDescription = {
  ...stack,
  stackName: 'old',
  stackId: `${stack.stackId}0`,
  status: 'DELETE_COMPLETE',
  outputs: [],
};
const resources: ResourceDescription[] = [
  {
    logicalId: 'Bucket',
    physicalId: 'uploads',
    type: 'AWS::S3::Bucket',
    status: 'CREATE_COMPLETE',
    changedAt: new Date('2026-11-20T12:00:00Z'),
  },
  {
    logicalId: 'Queue',
    type: 'AWS::SQS::Queue',
    status: 'CREATE_FAILED',
    statusReason: 'no such luck',
    changedAt: new Date('2026-11-20T12:00:01Z'),
  },
];

const events: StackEvent[] = ['UPDATE_FAILED' as const, 'UPDATE_IN_PROGRESS' as const].map((status, index) => ({
  eventId: String(index),
  stackId: stack.stackId,
  stackName: 'app',
  logicalId: 'Queue',
  type: 'AWS::SQS::Queue',
  status,
  ...(status === 'UPDATE_FAILED' && { statusReason: 'no such luck' }),
  at: '2026-11-20T12:30:00.000Z',
}));
const removed: string[] = [];
const continued: [string, readonly string[]][] = [];

let gateway: Gateway;
let client: CloudFormationClient;
beforeEach(async () => {
  const view: StackView = {
    stacks: () => [stack, deleted],
    resources: (stackId) => (stackId === stack.stackId ? resources : []),
    events: (stackId) => (stackId === stack.stackId ? events : []),
  };
  gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [
      cloudFormationApi(view, {
        remove: (name) => void removed.push(name),
        continueRollback: (...asked) => void continued.push(asked),
      }),
    ],
    resolveCaller: () => ({ arn: 'arn:aws:iam::000000000000:root', authorize: () => undefined }),
    observe: () => undefined,
    random: createRandom(1),
  });
  client = new CloudFormationClient({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await gateway.close();
});

test('a stack is described by name or id, with its outputs', async () => {
  for (const StackName of ['app', stack.stackId]) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    expect(Stacks).toMatchObject([
      {
        StackName: 'app',
        StackId: stack.stackId,
        Description: 'an app & more',
        StackStatus: 'UPDATE_COMPLETE',
        CreationTime: stack.createdAt,
        LastUpdatedTime: stack.updatedAt,
        Parameters: [{ ParameterKey: 'Stage', ParameterValue: 'local' }],
        Outputs: [
          { OutputKey: 'BucketName', OutputValue: 'uploads', Description: 'Upload here' },
          { OutputKey: 'TopicArn', OutputValue: 'arn:aws:sns:us-east-1:000000000000:t', ExportName: 'topic' },
        ],
        Capabilities: ['CAPABILITY_IAM'],
        Tags: [{ Key: 'team', Value: 'images' }],
      },
    ]);
  }
});

test('without a name every living stack is described; a deleted one is found by its id only', async () => {
  const { Stacks } = await client.send(new DescribeStacksCommand({}));
  expect(Stacks?.map(({ StackName }) => StackName)).toEqual(['app']);
  const gone = await client.send(new DescribeStacksCommand({ StackName: deleted.stackId }));
  expect(gone.Stacks).toMatchObject([{ StackStatus: 'DELETE_COMPLETE' }]);
  await expect(client.send(new DescribeStacksCommand({ StackName: 'old' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id old does not exist',
  });
});

test('lists stacks by their status', async () => {
  const list = async (StackStatusFilter?: 'DELETE_COMPLETE'[]) => {
    const { StackSummaries } = await client.send(new ListStacksCommand({ StackStatusFilter }));
    return StackSummaries?.map(({ StackName }) => StackName);
  };
  expect(await list()).toEqual(['app', 'old']);
  expect(await list(['DELETE_COMPLETE'])).toEqual(['old']);
});

test('lists and describes resources', async () => {
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName: 'app' }));
  expect(StackResourceSummaries).toMatchObject([
    { LogicalResourceId: 'Bucket', PhysicalResourceId: 'uploads', ResourceStatus: 'CREATE_COMPLETE' },
    { LogicalResourceId: 'Queue', ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: 'no such luck' },
  ]);
  const one = await client.send(new DescribeStackResourcesCommand({ StackName: 'app', LogicalResourceId: 'Bucket' }));
  expect(one.StackResources).toMatchObject([{ StackName: 'app', ResourceType: 'AWS::S3::Bucket' }]);
  const owner = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: 'uploads' }));
  expect(owner.StackResources).toHaveLength(2);
});

test('tells what happened to a stack, the newest first', async () => {
  const { StackEvents: told } = await client.send(new DescribeStackEventsCommand({ StackName: 'app' }));
  expect(told).toMatchObject([
    {
      EventId: '0',
      StackName: 'app',
      LogicalResourceId: 'Queue',
      ResourceStatus: 'UPDATE_FAILED',
      ResourceStatusReason: 'no such luck',
      Timestamp: new Date('2026-11-20T12:30:00Z'),
    },
    { EventId: '1', ResourceStatus: 'UPDATE_IN_PROGRESS' },
  ]);
});

test('deletes a stack by name or id; one that is not there is deleted already', async () => {
  removed.length = 0;
  for (const StackName of ['app', stack.stackId, 'unknown']) await client.send(new DeleteStackCommand({ StackName }));
  expect(removed).toEqual(['app', 'app']);
  await expect(client.send(new DeleteStackCommand({ StackName: 'app', RetainResources: ['Queue'] }))).rejects.toThrow(
    'RetainResources',
  );
});

test('continues the rollback of a stack whose rollback failed, and of no other', async () => {
  const ask = (ResourcesToSkip?: string[]) =>
    client.send(new ContinueUpdateRollbackCommand({ StackName: 'app', ResourcesToSkip }));
  const { status } = stack;
  try {
    await expect(ask()).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(`is in ${status} state`),
    });
    stack.status = 'UPDATE_ROLLBACK_FAILED';
    await ask();
    await expect(ask(['Nothing'])).rejects.toThrow('Resource Nothing is not in UPDATE_FAILED state');
    expect(continued).toEqual([['app', []]]);
  } finally {
    stack.status = status;
  }
});

test('refuses by name what it does not do', async () => {
  await expect(
    client.send(new UpdateStackCommand({ StackName: 'app', UsePreviousTemplate: true })),
  ).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining('UpdateStack') });
});
