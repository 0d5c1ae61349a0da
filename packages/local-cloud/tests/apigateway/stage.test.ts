import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, expect, test } from '@jest/globals';
import { untilPassing } from '../support/until-passing.ts';
import { deployApi, send, templateOf, type Deployed } from './support/cloud.ts';

let api: Deployed | undefined;
afterEach(async () => {
  await api?.stop();
  api = undefined;
});

const log = { Type: 'AWS::Logs::LogGroup' };
const logged = (Format: string): object => ({
  AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['Log', 'Arn'] }, Format },
});
const json = (...names: string[]): string =>
  JSON.stringify(Object.fromEntries(names.map((name) => [name, `$context.${name}`])));

async function lines({ cloud }: Deployed): Promise<Record<string, string>[]> {
  const client = new CloudWatchLogsClient({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  try {
    const logGroupName = cloud.services.logs.list().find(({ name }) => name.includes('Log'))?.name;
    const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName }));
    return events.map(({ message = '' }) => JSON.parse(message) as Record<string, string>);
  } finally {
    client.destroy();
  }
}

test('each route takes as many requests as the stage allows, then 429', async () => {
  const settings = { DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 3 } };
  api = await deployApi(templateOf({ $default: {}, 'GET /other': {} }, { stage: settings }));
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await send(api.url, {})).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  expect(await send(api.url, {})).toMatchObject({ body: '{"message":"Too Many Requests"}' });
  expect(await send(api.url, { path: '/other' })).toMatchObject({ status: 200 });
});

test('every request is a line of the access log, with what its format names', async () => {
  const format = json(
    'requestId',
    'routeKey',
    'status',
    'responseLatency',
    'responseLength',
    'authorizer.error',
    'integrationErrorMessage',
    'httpMethod',
    'path',
    'identity.userAgent',
    'error.message',
    'integrationStatus',
  );
  api = await deployApi(
    templateOf({ 'POST /answer/{id}': {}, 'GET /throw': {} }, { stage: logged(format), more: { Log: log } }),
  );
  const body = JSON.stringify({ statusCode: 201, body: 'made' });
  const headers = { 'content-type': 'application/json', 'user-agent': 'a "browser"' };
  await send(api.url, { path: '/answer/1?token=secret', method: 'POST', headers, body });
  await send(api.url, { path: '/throw' });
  await send(api.url, { path: '/nowhere' });
  const deployed = api;
  await untilPassing(async () => expect(await lines(deployed)).toHaveLength(3));
  const [made, thrown, lost] = await lines(api);
  expect(made).toEqual({
    requestId: expect.any(String),
    routeKey: 'POST /answer/{id}',
    status: '201',
    responseLatency: expect.stringMatching(/^\d+$/),
    responseLength: '4',
    'authorizer.error': '-',
    integrationErrorMessage: '-',
    httpMethod: 'POST',
    path: '/answer/1',
    'identity.userAgent': 'a "browser"',
    'error.message': '-',
    integrationStatus: '200',
  });
  expect(thrown).toMatchObject({
    status: '500',
    integrationErrorMessage: 'The Lambda function returned an error. See its log.',
    'error.message': 'Internal Server Error',
  });
  expect(lost).toMatchObject({ status: '404', routeKey: '-', 'error.message': 'Not Found' });
});

test('a format that has an unknown variable, several lines, or no request id is refused', async () => {
  const deploy = (format: string): Promise<Deployed> =>
    deployApi(templateOf({}, { stage: logged(format), more: { Log: log } }));
  await expect(deploy(json('requestId', 'authorizer.claims.email'))).rejects.toThrow(
    'the local cloud does not implement $context.authorizer.claims.email',
  );
  await expect(deploy('$context.status')).rejects.toThrow('must contain $context.requestId');
  await expect(deploy('$context.requestId\n$context.status')).rejects.toThrow('must be one line');
});

test('a function that does not let the API in is a 500, and the console says why', async () => {
  const template = templateOf({ $default: {} }) as {
    Resources: Record<string, { Properties: Record<string, unknown> }>;
  };
  const { Permission: permission } = template.Resources;
  if (permission) permission.Properties['SourceArn'] = 'arn:aws:execute-api:us-east-1:000000000000:another/$default/*';
  api = await deployApi(template);
  expect(await send(api.url, {})).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  expect(api.observed).toContainEqual({
    type: 'note',
    text: expect.stringMatching(/^\$default: the HTTP API cannot call its function: .*no resource-based policy allows/),
  });
});

test('an integration that takes too long, or that is throttled, is a 503', async () => {
  const integration = {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { Ref: 'Live' },
      PayloadFormatVersion: '2.0',
      TimeoutInMillis: 50,
    },
  };
  api = await deployApi(
    templateOf(
      { 'GET /slow': { Target: { 'Fn::Sub': 'integrations/${Hasty}' } }, $default: {} },
      { more: { Hasty: integration } },
    ),
  );
  const unavailable = { status: 503, body: '{"message":"Service Unavailable"}' };
  expect(await send(api.url, { path: '/slow' })).toMatchObject(unavailable);
  const functionName = api.cloud.services.lambda.functions.list()[0]?.latest.functionName ?? '';
  api.cloud.services.lambda.reserveConcurrency(functionName, 0);
  expect(await send(api.url, {})).toMatchObject(unavailable);
});

test('a port that is in use is noticed before anything is made, and the message says what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    const observed: string[] = [];
    const attempt = deployApi(templateOf({ $default: {} }), {
      apiPort: port,
      observe: ({ type }) => observed.push(type),
    });
    await expect(attempt).rejects.toThrow(
      `Port ${String(port)} on 127.0.0.1 is in use. The HTTP API cannot be served there: stop the program that uses the port, perhaps another local cloud, or choose another one (--api-port ${String(port + 1)}).`,
    );
    expect(observed).not.toContain('stack-changed');
  } finally {
    other.close();
  }
});

test('a second API is served behind the first, and a deleted one no more', async () => {
  const second = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'second', ProtocolType: 'HTTP' } };
  api = await deployApi(templateOf({ $default: {} }, { more: { Second: second } }));
  const urls = api.cloud.services.apigateway
    .list()
    .map(({ apiId }) => api?.cloud.services.apigateway.endpointOf(apiId) ?? '');
  expect(new Set(urls).size).toBe(2);
  const [, other = ''] = urls.toSorted((url) => (url === api?.url ? -1 : 1));
  expect(await send(other, {})).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  await api.redeploy(templateOf({ $default: {} }));
  await expect(send(other, {})).rejects.toThrow('ECONNREFUSED');
  expect(await send(api.url, {})).toMatchObject({ status: 200 });
});

test('an API is served again after a restart, at another port if need be, and all that mentions it moves with it', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'http-api-state-'));
  try {
    const template = templateOf({ $default: {} });
    const first = await deployApi(template, { stateFolder });
    await first.stop();
    api = await deployApi(template, { stateFolder, seed: 2 });
    expect(api.url).not.toBe(first.url);
    expect(await send(api.url, {})).toMatchObject({ status: 200 });
    await expect(send(first.url, {})).rejects.toThrow('ECONNREFUSED');
  } finally {
    await api?.stop();
    api = undefined;
    await rm(stateFolder, { recursive: true, force: true });
  }
});

test('routes, integrations and authorizers that contradict one another are refused, and the stack is as it was', async () => {
  const template = templateOf({ 'GET /a': {} });
  api = await deployApi(template);
  const twice = templateOf({ 'GET /a': {} }) as { Resources: Record<string, object> };
  await expect(
    api.redeploy({ ...twice, Resources: { ...twice.Resources, Again: twice.Resources['Route0'] } }),
  ).rejects.toThrow('Route with key GET /a already exists for this API');
  await expect(api.redeploy(templateOf({ 'GET a': {} }))).rejects.toThrow(
    'The provided route key is not formatted properly',
  );
  expect(await send(api.url, { path: '/a' })).toMatchObject({ status: 200 });
});
