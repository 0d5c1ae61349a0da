import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteLayerVersionCommand,
  GetAliasCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { eventually } from '../../src/testing/eventually.ts';
import { AwsError } from '../../src/core/aws-error.ts';
import { createRandom } from '../../src/core/random.ts';
import { createGateway, type Gateway } from '../../src/wire/gateway.ts';
import { code, testCloud } from './support/cloud.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';
const cloud = testCloud();
let gateway: Gateway;
let client: LambdaClient;
/** Actions that the caller may not do. */
const forbidden = new Set<string>();

const as = (accessKeyId: string, maxAttempts = 3) =>
  new LambdaClient({
    maxAttempts,
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
  });

beforeAll(async () => {
  gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [cloud.lambda.api],
    resolveCaller: (accessKeyId) => ({
      arn:
        accessKeyId === 'FUNCTION'
          ? 'arn:aws:sts::000000000000:assumed-role/worker/echo'
          : 'arn:aws:iam::000000000000:root',
      authorize: (action, resource) => {
        if (forbidden.has(action)) throw new AwsError('AccessDenied', `${action} on ${resource}`, 403);
      },
    }),
    observe: () => undefined,
    random: createRandom(1),
  });
  client = as('ROOT');
  cloud.create(
    'echo',
    code(`async (event, context) => { console.log('seen'); return { event, client: context.clientContext }; }`),
    {
      variables: { COLOUR: 'red' },
      description: 'Says it again',
    },
  );
  cloud.create('failing', code(`async () => { throw new TypeError('boom'); }`));
  const { functions } = cloud.lambda;
  functions.publish('echo');
  functions.createAlias('echo', { name: 'live', functionVersion: '1', description: '', weights: {} });
});
afterAll(async () => {
  await gateway.close();
  await cloud.end();
});

const text = (payload: Uint8Array | undefined): string => Buffer.from(payload ?? []).toString('utf8');
const invoke = (input: Partial<ConstructorParameters<typeof InvokeCommand>[0]> = {}) =>
  client.send(new InvokeCommand({ FunctionName: 'echo', ...input }));

describe('Invoke', () => {
  test('answers what the function returned, by which version, and the tail of its log', async () => {
    const answer = await invoke({ Qualifier: 'live', Payload: Buffer.from('{"n":1}'), LogType: 'Tail' });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(text(answer.Payload))).toEqual({ event: { n: 1 } });
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toMatch(/INFO\tseen\nEND RequestId/);
  });

  test('takes a name, a name with a qualifier, and ARNs', async () => {
    const arn = cloud.lambda.functions.arnOf('echo');
    for (const FunctionName of ['echo', 'echo:live', arn, `${arn}:1`, '000000000000:function:echo']) {
      expect((await invoke({ FunctionName })).StatusCode).toBe(200);
    }
    await expect(invoke({ FunctionName: 'echo:live', Qualifier: '1' })).rejects.toThrow('does not match');
  });

  test('hands the client context over', async () => {
    const ClientContext = Buffer.from('{"custom":{"a":"1"}}').toString('base64');
    expect(JSON.parse(text((await invoke({ ClientContext })).Payload))).toMatchObject({
      client: { custom: { a: '1' } },
    });
  });

  test('answers an error of the function as FunctionError', async () => {
    const answer = await invoke({ FunctionName: 'failing' });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({ errorType: 'TypeError', errorMessage: 'boom' });
  });

  test('queues an Event, and only looks with DryRun', async () => {
    const before = cloud.of('invocation-ended').length;
    expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
    const { $metadata, StatusCode } = await invoke({ InvocationType: 'Event' });
    expect(StatusCode).toBe(202);
    const ended = await eventually('the event is done', () => cloud.of('invocation-ended')[before]);
    expect(ended).toMatchObject({ kind: 'asynchronous', requestId: $metadata.requestId });
    expect(cloud.of('invocation-ended')).toHaveLength(before + 1);
  });

  test('refuses what is no function, no JSON, too large, or not allowed', async () => {
    await expect(invoke({ FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
    });
    await expect(invoke({ Qualifier: '9' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke({ Payload: Buffer.from('{') })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    await expect(invoke({ Payload: Buffer.alloc(6 * 1024 * 1024 + 1, '1') })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    await expect(
      invoke({ InvocationType: 'Event', Payload: Buffer.from(JSON.stringify('x'.repeat(1024 * 1024))) }),
    ).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    forbidden.add('lambda:InvokeFunction');
    await expect(invoke()).rejects.toMatchObject({ name: 'AccessDenied' });
    forbidden.clear();
  });

  test('throttles beyond the reserved concurrency', async () => {
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName: 'echo', ReservedConcurrentExecutions: 0 }));
    expect(await client.send(new GetFunctionConcurrencyCommand({ FunctionName: 'echo' }))).toMatchObject({
      ReservedConcurrentExecutions: 0,
    });
    const impatient = as('ROOT', 1);
    await expect(impatient.send(new InvokeCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'echo' }));
    expect((await invoke()).StatusCode).toBe(200);
  });

  test('from a function reaches another one although the pool is full of callers', async () => {
    const full = testCloud({ maximumProcesses: 1 });
    const inner = await createGateway({
      host: '127.0.0.1',
      port: 0,
      services: [full.lambda.api],
      resolveCaller: () => ({ arn: 'arn:aws:sts::000000000000:assumed-role/worker/outer', authorize: () => undefined }),
      observe: () => undefined,
      random: createRandom(1),
    });
    try {
      full.create('inner', code(`async () => 'from inside'`));
      full.create(
        'outer',
        code(`async () => {
          const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
          const answer = await new LambdaClient().send(new InvokeCommand({ FunctionName: 'inner' }));
          return JSON.parse(Buffer.from(answer.Payload).toString());
        }`),
        { variables: { AWS_ENDPOINT_URL: inner.endpoint } },
      );
      expect((await full.call('outer')).result).toBe('from inside');
    } finally {
      await inner.close();
      await full.end();
    }
  });
});

describe('What is there', () => {
  test('functions', async () => {
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'echo', Qualifier: 'live' }));
    expect(Configuration).toMatchObject({
      FunctionName: 'echo',
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:echo:live',
      Version: '1',
      Description: 'Says it again',
      Runtime: 'nodejs24.x',
      MemorySize: 256,
      Timeout: 10,
      Environment: { Variables: { COLOUR: 'red' } },
      State: 'Active',
      LastUpdateStatus: 'Successful',
    });
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['echo', 'failing']);
    const first = await client.send(new ListFunctionsCommand({ MaxItems: 1 }));
    const second = await client.send(new ListFunctionsCommand({ Marker: first.NextMarker }));
    expect(second.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['failing']);
  });

  test('versions and aliases, whose weights can be changed', async () => {
    const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'echo' }));
    expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
    cloud.lambda.updateFunction({ ...cloud.lambda.functions.record('echo').latest, memoryMb: 512 });
    cloud.lambda.functions.publish('echo');
    const changed = await client.send(
      new UpdateAliasCommand({
        FunctionName: 'echo',
        Name: 'live',
        RoutingConfig: { AdditionalVersionWeights: { '2': 1 } },
      }),
    );
    expect(changed.RoutingConfig).toEqual({ AdditionalVersionWeights: { '2': 1 } });
    expect(cloud.of('traffic-shifted').at(-1)).toMatchObject({ functionName: 'echo', weights: { '1': 0, '2': 1 } });
    expect((await invoke({ Qualifier: 'live' })).ExecutedVersion).toBe('2');
    await expect(
      client.send(new UpdateAliasCommand({ FunctionName: 'echo', Name: 'live', RevisionId: 'old' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    const alias = await client.send(new GetAliasCommand({ FunctionName: 'echo', Name: 'live' }));
    expect(alias).toMatchObject({ AliasArn: expect.stringMatching(/:echo:live$/), FunctionVersion: '1' });
    expect((await client.send(new ListAliasesCommand({ FunctionName: 'echo' }))).Aliases).toHaveLength(1);
  });

  test('event source mappings, which can be changed', async () => {
    const { uuid } = await cloud.lambda.mappings.create({
      queueArn: QUEUE,
      target: { functionName: 'echo' },
      enabled: true,
      batchSize: 10,
      windowSeconds: 0,
      reportBatchItemFailures: true,
      filters: [],
    });
    const changed = await client.send(
      new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: false, ScalingConfig: { MaximumConcurrency: 5 } }),
    );
    expect(changed).toMatchObject({ State: 'Disabled', ScalingConfig: { MaximumConcurrency: 5 }, BatchSize: 10 });
    const { EventSourceMappings } = await client.send(new ListEventSourceMappingsCommand({ FunctionName: 'echo' }));
    expect(EventSourceMappings).toMatchObject([
      { UUID: uuid, EventSourceArn: QUEUE, FunctionResponseTypes: ['ReportBatchItemFailures'] },
    ]);
    expect((await client.send(new GetEventSourceMappingCommand({ UUID: uuid }))).LastModified).toBeInstanceOf(Date);
    await expect(client.send(new GetEventSourceMappingCommand({ UUID: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('policies and settings of asynchronous invocation', async () => {
    cloud.lambda.permissions.add({
      functionName: 'echo',
      qualifier: 'live',
      statementId: 'topic',
      action: 'lambda:InvokeFunction',
      principal: 'sns.amazonaws.com',
      sourceArn: 'arn:aws:sns:us-east-1:000000000000:uploads',
      sourceAccount: '000000000000',
    });
    const { Policy } = await client.send(new GetPolicyCommand({ FunctionName: 'echo', Qualifier: 'live' }));
    expect(JSON.parse(Policy ?? '')).toMatchObject({
      Statement: [
        {
          Sid: 'topic',
          Principal: { Service: 'sns.amazonaws.com' },
          Resource: 'arn:aws:lambda:us-east-1:000000000000:function:echo:live',
          Condition: {
            ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:us-east-1:000000000000:uploads' },
            StringEquals: { 'AWS:SourceAccount': '000000000000' },
          },
        },
      ],
    });
    await expect(client.send(new GetPolicyCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    cloud.lambda.configureEventInvoke({ functionName: 'echo' }, { maximumRetryAttempts: 1, onFailure: QUEUE });
    expect(await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'echo' }))).toMatchObject({
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
  });
});

test('deletes versions that no alias points to, layers that functions go on to use, and whole functions', async () => {
  const { functions, layers } = cloud.lambda;
  const content = cloud.artifact({ 'nodejs/a.txt': 'a' });
  const layer = layers.publish({
    name: 'a',
    description: '',
    content,
    compatibleRuntimes: [],
    compatibleArchitectures: [],
  });
  cloud.create('old', code('async () => 1'), { layers: [{ arn: layer.arn, folder: content.Folder }] });
  functions.publish('old');
  cloud.lambda.replaceCode('old', { code: cloud.artifact(code('async () => 2')), architecture: 'arm64' });
  functions.publish('old');
  functions.createAlias('old', { name: 'live', functionVersion: '2', description: '', weights: {} });
  const remove = (Qualifier?: string) => client.send(new DeleteFunctionCommand({ FunctionName: 'old', Qualifier }));
  await expect(remove('2')).rejects.toMatchObject({ name: 'ResourceConflictException' });
  await expect(remove('$LATEST')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await expect(remove('live')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await expect(remove('7')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await remove('1');
  expect(Object.keys(functions.record('old').versions)).toEqual(['2']);

  const gone = { LayerName: 'a', VersionNumber: 1 };
  await client.send(new DeleteLayerVersionCommand(gone));
  await client.send(new DeleteLayerVersionCommand(gone)); // again does no harm
  expect(layers.list().map(({ arn }) => arn)).not.toContain(layer.arn);
  expect((await cloud.call('old', {}, 'live')).result).toBe(2);

  await remove();
  await expect(remove()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('what is not implemented is refused by name', async () => {
  const [{ uuid } = { uuid: '' }] = cloud.lambda.mappings.list();
  const refused = (name: string) => ({ name: 'NotImplemented', message: expect.stringContaining(name) });
  await expect(
    client.send(new CreateFunctionCommand({ FunctionName: 'x', Role: 'r', Code: { ZipFile: Buffer.from('x') } })),
  ).rejects.toMatchObject(refused('lambda:CreateFunction'));
  await expect(client.send(new InvokeWithResponseStreamCommand({ FunctionName: 'echo' }))).rejects.toMatchObject(
    refused('lambda:InvokeWithResponseStream'),
  );
  await expect(
    client.send(new UpdateEventSourceMappingCommand({ UUID: uuid, TumblingWindowInSeconds: 5 })),
  ).rejects.toMatchObject(refused('TumblingWindowInSeconds'));
  await expect(client.send(new InvokeCommand({ FunctionName: 'echo', TenantId: 'tenant' }))).rejects.toMatchObject(
    refused('x-amz-tenant-id'),
  );
});
