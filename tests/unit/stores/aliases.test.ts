import { LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test } from '@jest/globals';

import { aliases } from '../../../functions/shared/stores/aliases.ts';
import { answering, type Answer } from './answering.ts';

function lambda(answer: Answer) {
  const { client, sent } = answering(answer);
  return { sent, ...aliases(new LambdaClient(client)) };
}

const says = (alias: object, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(alias),
});

test('an alias serves one version', async () => {
  const { routingOf, servingVersion, sent } = lambda(says({ FunctionVersion: '12' }));
  expect(await routingOf('a-function', 'live')).toEqual({ version: '12', weights: {} });
  expect(await servingVersion('a-function', 'live')).toBe(12);
  expect(sent[0]).toMatchObject({ method: 'GET', path: '/2015-03-31/functions/a-function/aliases/live' });
});

test('an alias has two versions while traffic shifts: then neither is live alone', async () => {
  const shifting = says({ FunctionVersion: '12', RoutingConfig: { AdditionalVersionWeights: { '13': 0.1 } } });
  const { routingOf, servingVersion } = lambda(shifting);
  expect(await routingOf('a-function', 'live')).toEqual({ version: '12', weights: { '13': 0.1 } });
  expect(await servingVersion('a-function', 'live')).toBeUndefined();
});

test('a weight of nothing is no share', async () => {
  const { servingVersion } = lambda(
    says({ FunctionVersion: '12', RoutingConfig: { AdditionalVersionWeights: { '13': 0 } } }),
  );
  expect(await servingVersion('a-function', 'live')).toBe(12);
});

test('what has no number is nobody’s successor', async () => {
  expect(await lambda(says({ FunctionVersion: '$LATEST' })).servingVersion('a-function', 'live')).toBeUndefined();
});

test('an alias that is not there is an error', async () => {
  const missing = says({ Type: 'User', Message: 'Cannot find alias' }, 404);
  await expect(lambda(missing).servingVersion('a-function', 'live')).rejects.toThrow();
});
