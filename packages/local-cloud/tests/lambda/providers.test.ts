import { afterEach, describe, expect, test } from '@jest/globals';
import { createClock } from '../../src/core/clock.ts';
import { createRandom } from '../../src/core/random.ts';
import { createLogs } from '../../src/services/logs/logs.ts';
import { createScheduler } from '../../src/services/scheduler/scheduler.ts';
import { readProperties } from '../../src/stacks/properties.ts';
import type { Provider, StackContext } from '../../src/stacks/provider.ts';
import { lambdaAlias } from '../../src/stacks/providers/lambda-alias.ts';
import { lambdaEventInvokeConfig } from '../../src/stacks/providers/lambda-event-invoke-config.ts';
import { lambdaEventSourceMapping } from '../../src/stacks/providers/lambda-event-source-mapping.ts';
import { lambdaFunction } from '../../src/stacks/providers/lambda-function.ts';
import { lambdaLayerVersion } from '../../src/stacks/providers/lambda-layer-version.ts';
import { lambdaPermission } from '../../src/stacks/providers/lambda-permission.ts';
import { lambdaVersion } from '../../src/stacks/providers/lambda-version.ts';
import { logsLogGroup } from '../../src/stacks/providers/logs-log-group.ts';
import { schedulerSchedule } from '../../src/stacks/providers/scheduler-schedule.ts';
import { code, ROLE, testCloud, type TestCloud } from './support/cloud.ts';

const open: TestCloud[] = [];
afterEach(() => Promise.all(open.splice(0).map((cloud) => cloud.end())));

/** Without an update policy an alias moves at once. */
const noReleases = { release: () => Promise.reject(new Error('nothing is released gradually here')) };

/** A stack that is made by hand, resource by resource. */
function stackOn(cloud: TestCloud) {
  const stack: StackContext = {
    stackName: 'shop',
    stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1',
    region: 'us-east-1',
    accountId: '000000000000',
    random: createRandom(5),
  };
  return {
    create: async <P>(provider: Provider<P>, logicalId: string, properties: object) => {
      const read = readProperties(provider, { logicalId, type: provider.type, properties });
      const made = await provider.create({ logicalId, properties: read, stack });
      return {
        ...made,
        update: (changed: object) =>
          provider.update({
            logicalId,
            ref: made.ref,
            before: read,
            properties: readProperties(provider, { logicalId, type: provider.type, properties: changed }),
            stack,
          }),
        delete: () => provider.delete({ logicalId, ref: made.ref, properties: read, stack }),
      };
    },
    functionProperties: (changes: object = {}) => ({
      Code: cloud.artifact(code(`async () => process.env.COLOUR ?? 'none'`)),
      Handler: 'handler.handler',
      Runtime: 'nodejs24.x',
      Role: ROLE,
      ...changes,
    }),
  };
}

function setUp(options?: Parameters<typeof testCloud>[0]) {
  const cloud = testCloud(options);
  open.push(cloud);
  return { cloud, lambda: cloud.lambda, ...stackOn(cloud) };
}

describe('AWS::Lambda::Function', () => {
  test("has CloudFormation's name, defaults and attributes, and runs", async () => {
    const { cloud, lambda, create, functionProperties } = setUp();
    const { ref, attributes } = await create(lambdaFunction(lambda), 'Worker', functionProperties());
    expect(ref).toMatch(/^shop-Worker-[0-9A-F]{12}$/);
    expect(attributes).toEqual({ Arn: `arn:aws:lambda:us-east-1:000000000000:function:${ref}` });
    expect(lambda.functions.record(ref).latest).toMatchObject({
      memoryMb: 128,
      timeoutSeconds: 3,
      architecture: 'x86_64',
      tracing: 'PassThrough',
      logging: { format: 'Text', group: `/aws/lambda/${ref}` },
    });
    expect((await cloud.call(ref)).result).toBe('none');
  });

  test('takes numbers as text, as parameters give them', async () => {
    const { lambda, create, functionProperties } = setUp();
    const { ref } = await create(
      lambdaFunction(lambda),
      'Worker',
      functionProperties({
        MemorySize: '512',
        Timeout: '30',
        ReservedConcurrentExecutions: '2',
        Environment: { Variables: { COUNT: 5 } },
        Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }],
      }),
    );
    expect(lambda.functions.record(ref)).toMatchObject({
      latest: { memoryMb: 512, timeoutSeconds: 30, variables: { COUNT: '5' } },
      reservedConcurrency: 2,
      tags: { 'lambda:createdBy': 'SAM' },
    });
  });

  test('changes where it is, and keeps its state where nothing of it has changed', async () => {
    const { cloud, lambda, create, functionProperties } = setUp();
    const properties = functionProperties({ FunctionName: 'worker' });
    const made = await create(lambdaFunction(lambda), 'Worker', properties);
    const { revisionId } = lambda.functions.record('worker').latest;
    await made.update({ ...properties, ReservedConcurrentExecutions: 3 });
    expect(lambda.functions.record('worker').latest.revisionId).toBe(revisionId);
    await made.update({ ...properties, Environment: { Variables: { COLOUR: 'green' } } });
    expect((await cloud.call('worker')).result).toBe('green');
    expect(lambda.functions.record('worker').reservedConcurrency).toBeUndefined();
    await made.delete();
    expect(lambda.functions.exists('worker')).toBe(false);
  });

  test.each([
    ['code in a zip in S3', { Code: { S3Bucket: 'b', S3Key: 'k' } }, 'Worker.Properties.Code'],
    ['an image', { PackageType: 'Image' }, 'Worker.Properties.PackageType'],
    ['a network', { VpcConfig: {} }, 'Worker.Properties.VpcConfig'],
    ['a file system', { FileSystemConfigs: [] }, 'Worker.Properties.FileSystemConfigs'],
    ['a layer that is not there', { Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:none:1'] }, 'layer:none:1'],
  ])('refuses %s by name', async (_name, changes, message) => {
    const { lambda, create, functionProperties } = setUp();
    await expect(create(lambdaFunction(lambda), 'Worker', functionProperties(changes))).rejects.toThrow(message);
    expect(lambda.functions.list()).toEqual([]);
  });

  test('leaves nothing behind where its reservation is refused', async () => {
    const { lambda, create, functionProperties } = setUp();
    const properties = functionProperties({ ReservedConcurrentExecutions: 901 });
    await expect(create(lambdaFunction(lambda), 'Worker', properties)).rejects.toThrow('minimum value of [100]');
    expect(lambda.functions.list()).toEqual([]);
  });
});

test('a release: layer, version, alias, and the next version behind the same alias', async () => {
  const { cloud, lambda, create, functionProperties } = setUp();
  const layer = await create(lambdaLayerVersion(lambda), 'Shared', {
    LayerName: 'shared',
    Content: cloud.artifact({ 'nodejs/node_modules/colour/index.js': `module.exports = 'blue';` }),
    CompatibleRuntimes: ['nodejs24.x'],
  });
  expect(layer.ref).toBe('arn:aws:lambda:us-east-1:000000000000:layer:shared:1');
  const properties = functionProperties({
    FunctionName: 'worker',
    Code: cloud.artifact(code(`async () => require('colour')`)),
    Layers: [layer.ref],
  });
  const worker = await create(lambdaFunction(lambda), 'Worker', properties);
  const first = await create(lambdaVersion(lambda), 'Version1', { FunctionName: worker.ref });
  expect(first).toMatchObject({
    ref: 'arn:aws:lambda:us-east-1:000000000000:function:worker:1',
    attributes: { Version: '1' },
  });
  await expect(create(lambdaVersion(lambda), 'Version1b', { FunctionName: worker.ref })).rejects.toThrow(
    'A version for this Lambda function exists ( 1 )',
  );
  const aliasProperties = { Name: 'live', FunctionName: worker.ref, FunctionVersion: first.attributes.Version };
  const alias = await create(lambdaAlias(lambda, noReleases), 'Live', aliasProperties);
  expect(alias.ref).toBe('arn:aws:lambda:us-east-1:000000000000:function:worker:live');
  expect((await cloud.call('worker', {}, 'live')).result).toBe('blue');

  await worker.update({ ...properties, Code: cloud.artifact(code(`async () => 'second'`)) });
  const second = await create(lambdaVersion(lambda), 'Version2', { FunctionName: worker.ref });
  expect((await cloud.call('worker', {}, 'live')).result).toBe('blue');
  await alias.update({ ...aliasProperties, FunctionVersion: second.attributes.Version });
  expect((await cloud.call('worker', {}, 'live')).result).toBe('second');
  await layer.delete();
  expect((await cloud.call('worker', {}, '1')).result).toBe('blue');
  await alias.delete();
  await first.delete();
  await expect(cloud.call('worker', {}, '1')).rejects.toThrow('Function not found');
});

test('what hangs on a function: permission, mapping, settings of asynchronous invocation', async () => {
  const { lambda, create, functionProperties } = setUp();
  await create(lambdaFunction(lambda), 'Worker', functionProperties({ FunctionName: 'worker' }));
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:worker';
  const permission = await create(lambdaPermission(lambda), 'Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: arn,
    Principal: 's3.amazonaws.com',
    SourceAccount: '000000000000',
  });
  expect(lambda.permissions.policyOf('worker')?.Statement).toHaveLength(1);
  const mapping = await create(lambdaEventSourceMapping(lambda), 'Queue', {
    EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    FunctionName: arn,
    BatchSize: '5',
    MaximumBatchingWindowInSeconds: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: '2' },
  });
  expect(lambda.mappings.get(mapping.ref)).toMatchObject({ batchSize: 5, maximumConcurrency: 2, enabled: true });
  const config = await create(lambdaEventInvokeConfig(lambda), 'Config', {
    FunctionName: 'worker',
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-east-1:000000000000:failures' } },
  });
  expect(lambda.functions.record('worker').eventInvokeConfigs).toMatchObject({
    $LATEST: { maximumRetryAttempts: 1, onFailure: 'arn:aws:sqs:us-east-1:000000000000:failures' },
  });
  for (const made of [permission, mapping, config]) await made.delete();
  expect(lambda.permissions.policyOf('worker')).toBeUndefined();
  expect(lambda.mappings.list()).toEqual([]);
  expect(lambda.functions.record('worker').eventInvokeConfigs).toEqual({});
});

test('a destination is refused where the role may not deliver there', async () => {
  const decide = (_role: string, action: string) => (action === 'sqs:SendMessage' ? 'not-allowed' : 'allowed');
  const { lambda, create, functionProperties } = setUp({ roles: { decide } });
  const dead = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const properties = functionProperties({ FunctionName: 'worker' });
  await expect(
    create(lambdaFunction(lambda), 'Worker', { ...properties, DeadLetterConfig: { TargetArn: dead } }),
  ).rejects.toThrow('permissions to call sqs:SendMessage');
  await create(lambdaFunction(lambda), 'Worker', properties);
  await expect(
    create(lambdaEventInvokeConfig(lambda), 'Config', {
      FunctionName: 'worker',
      Qualifier: '$LATEST',
      DestinationConfig: { OnFailure: { Destination: dead } },
    }),
  ).rejects.toThrow('permissions to call sqs:SendMessage');
});

test('a function whose role may not write logs has none, and is told so', async () => {
  const decide = (_role: string, action: string) => (action.startsWith('logs:') ? 'not-allowed' : 'allowed');
  const { cloud, lambda, create, functionProperties } = setUp({ roles: { decide } });
  await create(lambdaFunction(lambda), 'Worker', functionProperties({ FunctionName: 'worker' }));
  await cloud.call('worker');
  expect(cloud.logs).toEqual([]);
  expect(cloud.of('note').map(({ text }) => text)).toEqual([
    expect.stringContaining(
      'The log of worker is kept nowhere: its role arn:aws:iam::000000000000:role/worker may not logs:CreateLogStream',
    ),
  ]);
});

test('log groups and schedules', async () => {
  const { cloud, create } = setUp();
  const logs = createLogs({ region: 'us-east-1', accountId: '000000000000', clock: createClock() });
  const group = await create(logsLogGroup(logs), 'Group', { RetentionInDays: '7' });
  expect(group.attributes.Arn).toBe(`arn:aws:logs:us-east-1:000000000000:log-group:${group.ref}:*`);
  await group.update({ RetentionInDays: 14 });
  expect(logs.get(group.ref).retentionDays).toBe(14);
  await expect(create(logsLogGroup(logs), 'Odd', { RetentionInDays: 2 })).rejects.toThrow('RetentionInDays is one of');

  const scheduler = createScheduler(cloud.context, { mayAssume: () => true });
  const schedule = await create(schedulerSchedule(scheduler), 'Nightly', {
    ScheduleExpression: 'cron(0 3 * * ? *)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:worker:live', RoleArn: ROLE },
  });
  expect(schedule.attributes.Arn).toBe(`arn:aws:scheduler:us-east-1:000000000000:schedule/default/${schedule.ref}`);
  await schedule.delete();
  expect(scheduler.list()).toEqual([]);
});
