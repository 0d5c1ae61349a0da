import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { eachImageOfBatch } from '../../../functions/shared/lambda/batch.ts';
import type { ImageHint } from '../../../functions/shared/lambda/changed-images.ts';
import { linesOf } from './captured.ts';
import { notification, ofKeys, sqsEvent, testEvent } from './s3-events.ts';

/** Works on a batch: keys with `bad` in them fail, each image takes `took` ms of the 60,000 there are. */
async function work(event: unknown, { took = 0, refused = [] as string[], worked = [] as string[] } = {}) {
  let remaining = 60_000;
  const report = { image: async () => undefined, refused: ({ message }: Error) => void refused.push(message) };
  const result = await eachImageOfBatch(
    event,
    report,
    () => remaining,
    async ({ key }: ImageHint) => {
      worked.push(key);
      remaining -= took;
      if (key.includes('bad')) throw new Error(`${key} failed`);
    },
  );
  return { comeBack: result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), worked, refused, result };
}

test('when all is well no message comes back', async () => {
  const { result, worked } = await work(sqsEvent(ofKeys('a'), notification(ofKeys('b', 'c'))));
  expect(result).toEqual({ batchItemFailures: [] });
  expect(worked).toEqual(['a', 'b', 'c']);
});

test('one of ten messages is redelivered: the one that fails, not a test event, garbage or a duplicate', async () => {
  const event = sqsEvent(
    ...[ofKeys('1'), ofKeys('2'), ofKeys('bad'), testEvent, 'garbage', ofKeys('1')],
    ...[ofKeys('3'), ofKeys('4'), ofKeys('5'), ofKeys('6')],
  );
  const { comeBack, worked, refused } = await work(event);
  expect(comeBack).toEqual(['m2']);
  expect(worked).toEqual(['1', '2', 'bad', '3', '4', '5', '6']);
  expect(refused).toHaveLength(1);
});

test('a message comes back if any of its images failed, and every message that names that image', async () => {
  const { comeBack } = await work(sqsEvent(ofKeys('a', 'bad'), ofKeys('bad', 'b'), ofKeys('b')));
  expect(comeBack).toEqual(['m0', 'm1']);
});

test('what is not begun because time is short comes back', async () => {
  let result: Awaited<ReturnType<typeof work>> | undefined;
  const lines = await linesOf(async () => {
    result = await work(sqsEvent(...['a', 'b', 'c', 'd', 'a'].map((key) => ofKeys(key))), { took: 26_000 });
  });
  expect(result).toMatchObject({ worked: ['a', 'b'], comeBack: ['m2', 'm3'] });
  expect(lines).toMatchObject([{ level: 'WARN', images: 2 }]);
});

test('the first image is begun even if there is little time, or nothing would ever be done', async () => {
  const worked: string[] = [];
  await linesOf(async () => {
    const report = { image: async () => undefined, refused: () => undefined };
    await eachImageOfBatch(
      sqsEvent(ofKeys('a'), ofKeys('b')),
      report,
      () => 5_000,
      async ({ key }) => void worked.push(key),
    );
  });
  expect(worked).toEqual(['a']);
});

describe('an event that is no batch', () => {
  test.each([
    ['an S3 event', ofKeys('a')],
    ['a batch whose messages cannot be named', { Records: [{ body: JSON.stringify(ofKeys('a')) }] }],
    ['a batch with an empty name', { Records: [{ messageId: '', body: JSON.stringify(ofKeys('a')) }] }],
  ])('is worked on: %s', async (_, event) => {
    expect(await work(event)).toMatchObject({ worked: ['a'], result: { batchItemFailures: [] } });
  });

  test('throws where a message would come back', async () => {
    await expect(work(ofKeys('bad'))).rejects.toThrow('bad failed');
    const nameless = { Records: [{ messageId: '', body: JSON.stringify(ofKeys('bad')) }] };
    await expect(work(nameless)).rejects.toThrow('bad failed');
  });

  test('is refused, not failed, where it names no image', async () => {
    expect(await work({})).toMatchObject({ comeBack: [], refused: [expect.stringContaining('no Records')] });
  });
});

test('the answer is always one that Lambda accepts, and names just what must come back', async () => {
  const body = fc.oneof(
    fc
      .array(fc.constantFrom('a', 'b', 'bad', 'worse bad'), { minLength: 1, maxLength: 3 })
      .map((keys) => ofKeys(...keys)),
    fc.constantFrom<unknown>(testEvent, 'garbage', '', {}),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 10 }), async (bodies) => {
      const { result, worked } = await work(sqsEvent(...bodies));
      const expected = bodies.flatMap((body, n) =>
        JSON.stringify(body).includes('bad') ? [{ itemIdentifier: `m${n}` }] : [],
      );
      expect(result).toEqual({ batchItemFailures: expected });
      expect(worked).toHaveLength(new Set(worked).size);
    }),
    { numRuns: 2_000 },
  );
});
