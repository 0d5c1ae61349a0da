import { expect, test } from '@jest/globals';

import { eachImage } from '../../../functions/shared/lambda/each-image.ts';
import { ofKeys, snsEvent } from './s3-events.ts';

async function work(event: unknown, failing: string[], worked: string[] = []) {
  const report = { image: async () => undefined, refused: () => undefined };
  let atWork = 0;
  await eachImage(event, report, async ({ key }) => {
    expect(++atWork).toBe(1);
    await Promise.resolve();
    worked.push(key);
    atWork--;
    if (failing.includes(key)) throw new Error(`no ${key}`);
  });
}

test('works on the images one after the other', async () => {
  const worked: string[] = [];
  await work(snsEvent(ofKeys('a', 'b'), ofKeys('c')), [], worked);
  expect(worked).toEqual(['a', 'b', 'c']);
});

test('throws the error of the only image as it is', async () => {
  await expect(work(ofKeys('a'), ['a'])).rejects.toThrow(/^no a$/u);
});

test('goes on after a failure, and then throws one error that names each', async () => {
  const worked: string[] = [];
  const outcome = work(ofKeys('a', 'b', 'c'), ['a', 'b'], worked);
  await expect(outcome).rejects.toThrow('2 of 3 images failed: uploads/a (Error: no a), uploads/b (Error: no b)');
  expect(worked).toEqual(['a', 'b', 'c']);
});

test('an event that names no image is done with', async () => {
  await expect(work({ nothing: 'here' }, [])).resolves.toBeUndefined();
});
