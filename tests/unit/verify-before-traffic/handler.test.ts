import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { handler } from '../../../functions/verify-before-traffic/handler.ts';
import { linesOf } from '../lambda/captured.ts';
import { context } from '../lambda/context.ts';
import { bundledFunction } from '../generate-thumbnails/bundled-function.ts';

const event = { DeploymentId: 'd-EXAMPLE11', LifecycleEventHookExecutionId: 'an-execution' };
const environment = {
  VERIFICATION_BUCKET_NAME: 'verification',
  THUMBNAILS_BUCKET_NAME: 'thumbnails',
  IMAGES_TABLE_NAME: 'images',
  GENERATE_THUMBNAILS_FUNCTION_NAME: 'thumbnails-function',
  GENERATE_RENDITIONS_FUNCTION_NAME: 'renditions-function',
  RECONCILE_IMAGES_FUNCTION_NAME: 'reconcile-function',
  RENDITIONS_DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/000000000000/one',
  THUMBNAILS_FAILURE_QUEUE_URL: 'http://127.0.0.1:1/000000000000/two',
  HEIC: 'on',
};

/** CodeDeploy, which knows of no deployment, and remembers what it is told. */
const asked: { operation: string | undefined; input: unknown }[] = [];
const codeDeploy = createServer((request, response) => {
  void text(request).then((body) => {
    const operation = request.headers['x-amz-target']?.toString().split('.')[1];
    asked.push({ operation, input: JSON.parse(body) });
    const isAnswer = operation === 'PutLifecycleEventHookExecutionStatus';
    response.writeHead(isAnswer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(isAnswer ? '{}' : '{"__type":"DeploymentDoesNotExistException","message":"no such deployment"}');
  });
});

beforeAll(async () => {
  codeDeploy.listen(0, '127.0.0.1');
  await once(codeDeploy, 'listening');
});

beforeEach(() => {
  asked.length = 0;
});

afterAll(() => {
  codeDeploy.close();
});

const failedOnce = [{ deploymentId: 'd-EXAMPLE11', lifecycleEventHookExecutionId: 'an-execution', status: 'Failed' }];
const answers = () => asked.filter(({ operation }) => operation?.startsWith('Put') === true).map(({ input }) => input);
const endpoint = () => `http://127.0.0.1:${(codeDeploy.address() as AddressInfo).port}`;

test('a function without its environment refuses the release, and says what is missing', async () => {
  const client = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const before = { ...process.env };
  Object.assign(process.env, client, { AWS_ENDPOINT_URL: endpoint() });
  let verdict: unknown;
  await linesOf(async () => {
    verdict = await handler(event, context(60_000));
  });
  process.env = before;

  expect(verdict).toEqual({
    failures: [expect.stringMatching(/missing from the function's environment.*IMAGES_TABLE_NAME/u)],
  });
  expect(answers()).toEqual(failedOnce);
});

test('the bundled function contains its pictures, stays small, and rejects a deployment that it cannot read', async () => {
  const lambda = await bundledFunction('verify-before-traffic', { ...environment, AWS_ENDPOINT_URL: endpoint() });
  const { result } = await lambda.invoke(event);
  const lines = lambda.lines();
  await lambda.end();

  expect(lambda.bytes).toBeLessThan(1_200_000);
  expect(result).toEqual({ failures: [expect.stringContaining('no such deployment')] });
  expect(answers()).toEqual(failedOnce);
  expect(lines).toContainEqual(expect.objectContaining({ message: 'answers CodeDeploy: Failed' }));
});
