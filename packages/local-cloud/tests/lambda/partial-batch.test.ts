import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failedMessages } from '../../src/services/lambda/partial-batch.ts';

const ids = ['a', 'b', 'c'];
const failed = (payload: string): string[] => [...failedMessages(payload, ids)].sort();

describe('A partial batch response', () => {
  test.each([
    ['an empty list', '{"batchItemFailures":[]}'],
    ['a null list', '{"batchItemFailures":null}'],
    ['an empty answer', '{}'],
    ['a null answer', 'null'],
    ['no answer', ''],
  ])('%s is complete success', (_name, payload) => {
    expect(failed(payload)).toEqual([]);
  });

  test.each([
    ['bad JSON', '{"batchItemFailures":['],
    ['text', '"fine"'],
    ['a list that is none', '{"batchItemFailures":"a"}'],
    ['an empty itemIdentifier', '{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ['a null itemIdentifier', '{"batchItemFailures":[{"itemIdentifier":null}]}'],
    ['a bad key name', '{"batchItemFailures":[{"itemId":"a"}]}'],
    ['an unknown id', '{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"z"}]}'],
    ['an item that is no object', '{"batchItemFailures":["a"]}'],
  ])('%s is complete failure', (_name, payload) => {
    expect(failed(payload)).toEqual(ids);
  });

  test('names what failed, and nothing else', () => {
    fc.assert(
      fc.property(fc.subarray(ids), fc.boolean(), (some, twice) => {
        const list = [...some, ...(twice ? some : [])].map((itemIdentifier) => ({ itemIdentifier }));
        expect(failed(JSON.stringify({ batchItemFailures: list }))).toEqual(some);
      }),
    );
  });

  test('is a subset of the batch, whatever the function answers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (payload) => {
        expect(ids).toEqual(expect.arrayContaining(failed(payload)));
      }),
    );
  });
});
