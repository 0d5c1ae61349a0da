import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { environments } from './support/environments.ts';

const all = environments();
afterAll(all.end);

describe('Where a handler is found', () => {
  test.each([
    ['CommonJS', 'handler.handler', { 'handler.js': `exports.handler = async () => 'found';` }],
    ['an ES module by extension', 'handler.handler', { 'handler.mjs': `export const handler = async () => 'found';` }],
    [
      'an ES module by package.json, with top-level await',
      'handler.handler',
      {
        'package.json': '{"type":"module"}',
        'handler.js': `export const handler = await (async () => () => 'found')();`,
      },
    ],
    [
      'CommonJS by extension beside a module package',
      'a.b',
      { 'package.json': '{"type":"module"}', 'a.cjs': `exports.b = () => 'found';` },
    ],
    ['a nested path and export', 'src/app.api.get', { 'src/app.js': `exports.api = { get: async () => 'found' };` }],
  ])('%s', async (_name, handler, files) => {
    const { value } = await all.create(files, { handler }).call();
    expect(value).toBe('found');
  });

  test.each([
    ['no such file', 'handler.handler', {}, 'Runtime.ImportModuleError'],
    [
      'a package that is not there',
      'handler.handler',
      { 'handler.js': `require('left-out');` },
      'Runtime.ImportModuleError',
    ],
    ['no such export', 'handler.other', { 'handler.js': 'exports.handler = () => 1;' }, 'Runtime.HandlerNotFound'],
    ['broken code', 'handler.handler', { 'handler.js': 'exports.handler = ((' }, 'Runtime.UserCodeSyntaxError'],
    ['a path out of the code', '../handler.handler', {}, 'Runtime.MalformedHandlerName'],
    [
      'a callback',
      'handler.handler',
      { 'handler.js': 'exports.handler = (event, context, callback) => callback();' },
      'Runtime.CallbackHandlerDeprecated',
    ],
  ])('%s is refused as the Node runtime does', async (_name, handler, files, errorType) => {
    const { outcome, value } = await all.create(files, { handler }).call();
    expect(outcome).toBe('failed');
    expect(value).toMatchObject({ errorType });
  });
});

describe('What a handler sees', () => {
  test('the environment that Lambda gives, the variables of the function, and nothing of this machine', async () => {
    process.env.SECRET_OF_THE_HOST = 'yes';
    const environment = all.handler('async () => process.env', { variables: { BUCKET: 'uploads' } });
    const { value } = await environment.call();
    expect(Object.keys(value as object).sort()).toEqual(
      [
        '_AWS_XRAY_DAEMON_ADDRESS',
        '_AWS_XRAY_DAEMON_PORT',
        '_HANDLER',
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_ENDPOINT_URL',
        'AWS_EXECUTION_ENV',
        'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
        'AWS_LAMBDA_FUNCTION_NAME',
        'AWS_LAMBDA_FUNCTION_VERSION',
        'AWS_LAMBDA_INITIALIZATION_TYPE',
        'AWS_LAMBDA_LOG_FORMAT',
        'AWS_LAMBDA_LOG_GROUP_NAME',
        'AWS_LAMBDA_LOG_STREAM_NAME',
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_XRAY_CONTEXT_MISSING',
        'AWS_XRAY_DAEMON_ADDRESS',
        'BUCKET',
        'LAMBDA_TASK_ROOT',
        'LANG',
        'LD_LIBRARY_PATH',
        'NODE_PATH',
        'PATH',
        'TMPDIR',
        'TZ',
      ].sort(),
    );
    expect(value).toMatchObject({ BUCKET: 'uploads', AWS_LAMBDA_FUNCTION_VERSION: '7', TZ: ':UTC' });
  });

  test('a context with name, version, ARN, request id, log stream and the time that is left', async () => {
    const environment = all.handler(
      `async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })`,
      { timeoutSeconds: 5 },
    );
    const { value } = await environment.call();
    const { left, ...rest } = value as { left: number };
    expect(rest).toEqual({
      functionName: 'tested',
      functionVersion: '7',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tested:live',
      memoryLimitInMB: '512',
      awsRequestId: 'request-1',
      logGroupName: '/aws/lambda/tested',
      logStreamName: 'stream',
    });
    expect(left).toBeLessThanOrEqual(5000);
    expect(left).toBeGreaterThan(3000);
  });

  test('the packages of its layers, one laid over the other, by require and by import', async () => {
    const first = all.write({
      'nodejs/node_modules/shared/index.js': `module.exports = 'first';`,
      'nodejs/node_modules/only/index.js': `module.exports = 'only ' + require('shared');`,
    });
    const second = all.write({
      'nodejs/node_modules/shared/index.js': `module.exports = 'second';`,
      'nodejs/node24/node_modules/special/index.js': `module.exports = 'special';`,
    });
    const environment = all.create(
      {
        'handler.mjs': `
          import only from 'only';
          import special from 'special';
          import { createRequire } from 'node:module';
          const require = createRequire(import.meta.url);
          export const handler = async () => [only, special, require('shared')];`,
      },
      { layerFolders: [first, second] },
    );
    expect((await environment.call()).value).toEqual(['only second', 'special', 'second']);
  });

  test('the AWS SDK, which the runtime brings along, but no package of the project around it', async () => {
    const project = all.write({
      'node_modules/neighbour/index.js': `module.exports = 'seen';`,
      'build/handler.js': `exports.handler = async () => {
        const attempt = (load) => load().catch(({ code }) => code);
        const { SQSClient } = require('@aws-sdk/client-sqs');
        return [
          typeof SQSClient,
          await attempt(async () => require('neighbour')),
          await attempt(() => import('neighbour')),
        ];
      }`,
    });
    const environment = all.create({}, { codeFolder: join(project, 'build') });
    expect((await environment.call()).value).toEqual(['function', 'MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);
  });

  test('by name, what of the AWS SDK is not installed here', async () => {
    const environment = all.handler(
      `async () => import('@aws-sdk/client-nothing/deep').catch(({ message }) => message.split('\\n')[0])`,
    );
    expect((await environment.call()).value).toBe(
      "Cannot find module '@aws-sdk/client-nothing/deep' (Lambda's runtime has it; here it must be installed beside the local cloud: npm install @aws-sdk/client-nothing)",
    );
  });

  test('what it kept in memory from the invocation before', async () => {
    const environment = all.handler('((count) => async () => (count += 1))(0)');
    const [first, second] = [await environment.call(), await environment.call()];
    expect([first.value, second.value]).toEqual([1, 2]);
    expect(first.initMs).toBeGreaterThan(0);
    expect(second.initMs).toBeUndefined();
  });
});

describe('An environment that is warmed', () => {
  const once = `globalThis.loads = (globalThis.loads ?? 0) + 1; exports.handler = async () => globalThis.loads;`;

  test('is loaded when the first invocation comes, which so has no cold start', async () => {
    const environment = all.create({ 'handler.js': once });
    environment.warm();
    environment.warm();
    const { value, initMs } = await environment.call();
    expect(value).toBe(1);
    expect(initMs).toBeUndefined();
    environment.warm();
    expect((await environment.call()).value).toBe(1);
  });

  test('that could not be loaded is tried again by the invocation, which tells', async () => {
    const environment = all.create({ 'handler.js': `throw new Error('not today');` });
    environment.warm();
    const { outcome, value } = await environment.call();
    expect(outcome).toBe('failed');
    expect(value).toMatchObject({ errorMessage: 'not today' });
  });

  test('that is ended meanwhile leaves nothing behind', async () => {
    const environment = all.create({ 'handler.js': once });
    environment.warm();
    await environment.end();
    expect(environment.usable()).toBe(false);
  });
});
