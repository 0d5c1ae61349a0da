import { describe, expect, test } from '@jest/globals';
import { awsQuery } from '../../src/wire/query.ts';
import type { WireRequest } from '../../src/wire/messages.ts';
import { operationsOf } from '../nothing-ignored/clients.ts';
import { implemented } from '../nothing-ignored/implemented-operations.ts';

const speakQuery = ['cloudformation', 'iam', 'monitoring', 'sns', 'sqs', 'sts'];

/** What is answered to an operation, whatever it does, that has nothing to say. */
async function answerOf(service: string, operation: string): Promise<string> {
  const api = awsQuery(service, 'urn:x', { [operation]: () => undefined });
  const request: WireRequest = {
    ...{ requestId: 'id', method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, callerArn: '' },
    body: Buffer.from(`Action=${operation}`),
    authorize: () => undefined,
    signal: new AbortController().signal,
  };
  const { status, body = '' } = await api.handle(request);
  expect(status).toBe(200);
  return body.toString();
}

describe.each(speakQuery)('%s in the query protocol', (service) => {
  const { operations, stop } = operationsOf(service, 'http://127.0.0.1:9');
  stop();
  const ours = operations.filter(({ name }) => Object.hasOwn(implemented[service] ?? {}, name));

  test('is known operation by operation', () => {
    expect(ours.map(({ name }) => name).sort()).toEqual(Object.keys(implemented[service] ?? {}).sort());
  });

  test.each(ours)(
    "$name has a Result where the SDK's model has an output, and only there",
    async ({ name, hasOutput }) => {
      expect((await answerOf(service, name)).includes(`<${name}Result></${name}Result>`)).toBe(hasOutput);
    },
  );
});
