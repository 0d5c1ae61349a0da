import { describe, expect, test } from '@jest/globals';

import { TransientError } from '../../../functions/shared/images/errors.ts';
import { image, createFixture } from './fixture.ts';

describe('a failure around the image', () => {
  test('is thrown as it is, takes the attempt out, and leaves its reason for whoever finds the dead letter', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');
    const throttled = Object.assign(new Error('SlowDown: reduce your request rate'), { name: 'SlowDown' });

    await expect(run({ putOutput: async () => Promise.reject(throttled) })).rejects.toBe(throttled);
    expect(record()).toMatchObject({
      status: 'pending',
      revision: 0,
      lastError: 'SlowDown: SlowDown: reduce your request rate',
      openAttempts: [],
    });
  });

  test('leaves its reason even where nothing was known of the image, and the next outcome clears it', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');

    await expect(run({ headOriginal: async () => Promise.reject(new Error('AccessDenied')) })).rejects.toThrow();
    expect(record()).toMatchObject({ status: 'pending', revision: 0, lastError: 'Error: AccessDenied' });

    await run();
    expect(record()).toMatchObject({ status: 'ready', revision: 1 });
    expect(record()).not.toHaveProperty('lastError');
  });

  test('is still the one that is told when noting it fails too', async () => {
    const { run } = createFixture();
    const headOriginal = async () => Promise.reject(new Error('S3 is down'));
    const saveLastError = async () => Promise.reject(new Error('DynamoDB is down'));

    await expect(run({ headOriginal, saveLastError })).rejects.toThrow('S3 is down');
  });

  test('an original that changes during every round is a transient failure, after six rounds with pauses', async () => {
    const { world, run } = createFixture();
    world.upload(image, 'good');
    const pauses: number[] = [];

    const restless = run({
      readOriginal: async () => 'changed',
      pause: async (n) => {
        pauses.push(n);
      },
    });

    await expect(restless).rejects.toThrow(TransientError);
    expect(pauses).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the deadline', () => {
  test('ends the wait for a decode that does not end, in order', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');
    const time = new AbortController();

    const cutOff = run(
      {
        derive: async () => {
          time.abort();
          return new Promise<never>(() => undefined);
        },
      },
      { deadline: time.signal },
    );

    await expect(cutOff).rejects.toThrow(TransientError);
    expect(record()).toMatchObject({
      status: 'pending',
      openAttempts: [],
      lastError: expect.stringContaining('timeout'),
    });
  });

  test('a deadline that has passed already lets no port start', async () => {
    const { world, run } = createFixture();
    world.upload(image, 'good');
    const readRecord = async () => Promise.reject(new Error('should not be read'));

    await expect(run({ readRecord }, { deadline: AbortSignal.abort() })).rejects.toThrow(TransientError);
  });

  test('does not delete outputs whose record may have been written', async () => {
    const { world, run, record } = createFixture();
    world.upload(image, 'good');
    const time = new AbortController();

    const cutOff = run(
      {
        writeRecord: async (...write) => {
          world.write(...write);
          time.abort();
          return new Promise<never>(() => undefined);
        },
      },
      { deadline: time.signal },
    );

    await expect(cutOff).rejects.toThrow(TransientError);
    expect(record()).toMatchObject({ status: 'ready' });
    expect(record()?.outputs.every(({ key }) => world.outputs.has(key))).toBe(true);
  });
});
