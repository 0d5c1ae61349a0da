import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';

import { invocations, invokingDefaults } from '../../../functions/shared/stores/invocations.ts';
import { answering, type Answer } from './answering.ts';

function lambda(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  return { sent, ...invocations(new LambdaClient({ ...client, maxAttempts: invokingDefaults.maxAttempts })) };
}

const refuses = (status: number, type: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type, 'content-type': 'application/json' },
  body: '{"message":"no"}',
});

test('one version is invoked, and waited for', async () => {
  const { invoke, sent } = lambda({ body: '{"batchItemFailures":[]}' });
  expect(await invoke('a-function', '8', { Records: [] })).toEqual({
    status: 'returned',
    payload: { batchItemFailures: [] },
    ms: expect.any(Number),
  });
  expect(sent).toMatchObject([
    {
      method: 'POST',
      path: '/2015-03-31/functions/a-function/invocations',
      query: 'Qualifier=8',
      body: '{"Records":[]}',
    },
  ]);
});

test('a function that fails is an outcome, with what Lambda says of it', async () => {
  const { invoke } = lambda({
    headers: { 'x-amz-function-error': 'Unhandled' },
    body: '{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited"}',
  });
  expect(await invoke('a-function', '8', {})).toMatchObject({
    status: 'failed',
    error: 'Runtime.ExitError: Runtime exited',
  });
});

test.each([
  [429, 'TooManyRequestsException'],
  [409, 'ResourceConflictException'],
  [500, 'ServiceException'],
])('what may pass is for the caller to try again: %i %s', async (status, type) => {
  const { invoke, sent } = lambda(refuses(status, type));
  expect(await invoke('a-function', '8', {})).toEqual({ status: 'unavailable', why: `${type}: no` });
  expect(sent).toHaveLength(1);
});

test('a network that fails may pass, too', async () => {
  const { invoke } = lambda(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
  expect(await invoke('a-function', '8', {})).toMatchObject({ status: 'unavailable' });
});

test.each([
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
])('what will not pass is an error: %i %s', async (status, type) => {
  const { invoke } = lambda(refuses(status, type));
  await expect(invoke('a-function', '8', {})).rejects.toMatchObject({ name: type });
});
