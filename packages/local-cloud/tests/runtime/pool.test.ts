import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClock } from '../../src/core/clock.ts';
import type { Environment, InvocationRequest, InvocationResult } from '../../src/runtime/environment.ts';
import { createPool, type Work } from '../../src/runtime/pool.ts';
import { untilPassing } from '../support/until-passing.ts';

const open: ReturnType<typeof createPool>[] = [];
afterEach(() => Promise.all(open.splice(0).map((pool) => pool.stop())));

/** A pool whose environments do nothing until the test says so. */
function workshop(maximumProcesses: number, { idleMs = 60_000, maximumKept = maximumProcesses } = {}) {
  const stopping = new AbortController();
  const pool = createPool({ clock: createClock(), maximumProcesses, maximumKept, idleMs, stopping: stopping.signal });
  open.push(pool);
  const running: { id: string; key: string; finish: () => void }[] = [];
  const made: string[] = [];
  const ended: string[] = [];
  const warmed: string[] = [];
  const order: string[] = [];
  let most = 0;
  let living = 0;

  const environment = (key: string): Environment => {
    made.push(key);
    living += 1;
    most = Math.max(most, living);
    let usable = true;
    return {
      configuration: {} as Environment['configuration'],
      warm: () => void warmed.push(key),
      usable: () => usable,
      pid: () => undefined,
      end: async () => {
        if (usable) {
          living -= 1;
          ended.push(key);
        }
        usable = false;
      },
      invoke: ({ requestId }) =>
        new Promise<InvocationResult>((resolve) => {
          order.push(requestId);
          const finish = (): void => {
            running.splice(
              running.findIndex(({ id }) => id === requestId),
              1,
            );
            resolve({ outcome: 'succeeded', payload: 'null', durationMs: 0, logTail: '' });
          };
          running.push({ id: requestId, key, finish });
        }),
    };
  };

  let clock = 0;
  const start = (key: string, id: string, more: Partial<Work> = {}): Promise<InvocationResult> => {
    clock += 1;
    const work: Work = { key, make: () => environment(key), since: clock, ...more };
    const result = pool.run(work, { requestId: id } as InvocationRequest);
    result.catch(() => undefined); // what still waits when its test is over
    return result;
  };
  const settle = () => new Promise((done) => setImmediate(done));
  const finish = async (id: string): Promise<void> => {
    running.find((one) => one.id === id)?.finish();
    await settle();
  };
  const keepWarm = (...keys: string[]): void =>
    pool.keepWarm(new Map(keys.map((key) => [key, () => environment(key)])));
  const parts = { pool, start, finish, settle, running, made, ended, warmed, order, keepWarm };
  return { ...parts, most: () => most, stop: () => stopping.abort() };
}

describe('The pool', () => {
  test('starts no more processes than it may, and serves who has waited longest first', async () => {
    const { start, finish, settle, order, most, pool } = workshop(2);
    for (const id of ['a', 'b', 'c', 'd']) void start('one', id);
    void start('one', 'older than c', { since: 0 });
    await settle();
    expect(order).toEqual(['a', 'b']);
    await finish('b');
    await finish('a');
    expect(order).toEqual(['a', 'b', 'older than c', 'c']);
    expect(pool.waiting()).toBe(1);
    expect(most()).toBe(2);
  });

  test('uses an environment again for its own version only', async () => {
    const { start, finish, settle, made } = workshop(2);
    void start('one', 'a');
    await settle();
    await finish('a');
    void start('one', 'b');
    await settle();
    await finish('b');
    void start('two', 'c');
    await settle();
    expect(made).toEqual(['one', 'two']);
  });

  test('ends an idle environment of another version to make room', async () => {
    const { start, finish, settle, made, ended } = workshop(1);
    void start('one', 'a');
    await settle();
    await finish('a');
    void start('two', 'b');
    await settle();
    expect(made).toEqual(['one', 'two']);
    expect(ended).toEqual(['one']);
  });

  test('keeps environments of several versions for their next turn, and works in no more of them than it may', async () => {
    const { start, finish, settle, order, made, ended } = workshop(1, { maximumKept: 3 });
    for (const round of [1, 2]) {
      for (const key of ['one', 'two', 'three']) void start(key, `${key} ${String(round)}`);
    }
    await settle();
    for (const id of ['one 1', 'two 1', 'three 1', 'one 2', 'two 2', 'three 2']) {
      expect(order.at(-1)).toBe(id);
      await finish(id);
    }
    expect(made).toEqual(['one', 'two', 'three']);
    expect(ended).toEqual([]);
    void start('four', 'last');
    await settle();
    expect(ended).toEqual(['one']);
  });

  test('gives the oldest work a process even while another version has work for all of them', async () => {
    const { start, finish, settle, order } = workshop(1);
    void start('one', 'a');
    await settle();
    void start('two', 'b');
    void start('one', 'c');
    await finish('a');
    expect(order).toEqual(['a', 'b']);
    await finish('b');
    expect(order).toEqual(['a', 'b', 'c']);
  });

  test('lets a function that waits for another go beyond the maximum, and comes back to it', async () => {
    const { start, finish, settle, order, ended } = workshop(1);
    void start('caller', 'a');
    await settle();
    void start('called', 'b', { urgent: true });
    await settle();
    expect(order).toEqual(['a', 'b']);
    await finish('b');
    expect(ended).toEqual(['called']);
  });

  test('leaves others their place while a function waits for another', async () => {
    const { start, finish, settle, order } = workshop(2, { maximumKept: 6 });
    void start('caller', 'a');
    await settle();
    for (const id of ['b', 'c']) void start('called', id, { urgent: true });
    for (const id of ['d', 'e']) void start('other', id);
    await settle();
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    await finish('b');
    expect(order).not.toContain('e');
    await finish('d');
    expect(order.at(-1)).toBe('e');
  });

  test('ends what is retired: at once where it is idle, after its invocation where it is not', async () => {
    const { start, finish, settle, ended, pool } = workshop(3);
    void start('old', 'a');
    void start('old', 'b');
    await settle();
    await finish('a');
    pool.retire((key) => key === 'old');
    expect(ended).toEqual(['old']);
    await finish('b');
    expect(ended).toEqual(['old', 'old']);
  });

  test('ends an environment that nobody has used for a while', async () => {
    const { start, finish, settle, pool } = workshop(1, { idleMs: 5 });
    void start('one', 'a');
    await settle();
    await finish('a');
    await untilPassing(() => expect(pool.processes()).toEqual([]));
  });

  test('makes what is to be warm ahead, and gives it to the first who comes', async () => {
    const { start, finish, settle, running, made, warmed, keepWarm } = workshop(2);
    keepWarm('one');
    expect([made, warmed]).toEqual([['one'], ['one']]);
    void start('one', 'a');
    await settle();
    expect(running.map(({ id }) => id)).toEqual(['a']);
    expect(made).toEqual(['one']);
    await finish('a');
    expect(made).toEqual(['one']);
  });

  test('keeps the last of what is to be warm, however long nobody uses it, and whoever else needs room', async () => {
    const { start, finish, settle, made, ended, keepWarm } = workshop(2, { idleMs: 1 });
    keepWarm('one');
    for (const id of ['a', 'b']) void start('one', id);
    await settle();
    await finish('a');
    await finish('b');
    // Of two that are idle one goes.
    await untilPassing(() => expect(ended).toEqual(['one']));
    for (const other of ['two', 'three']) {
      void start(other, other);
      await settle();
      await finish(other);
      await untilPassing(() => expect(ended).toContain(other));
    }
    expect(made).toEqual(['one', 'one', 'two', 'three']);
    expect(ended).toEqual(['one', 'two', 'three']);
  });

  test('makes another where the last of what is to be warm had to go or is retired, as long as it is wanted', async () => {
    const { pool, settle, made, ended, keepWarm } = workshop(1);
    keepWarm('one');
    pool.retire((key) => key === 'one');
    expect(ended).toEqual(['one']);
    keepWarm('one', 'two');
    // There is room for one only.
    expect(made).toEqual(['one', 'one']);
    keepWarm();
    pool.retire(() => true);
    await settle();
    expect(made).toEqual(['one', 'one']);
  });

  test('refuses what waits, and what comes, when it is stopped', async () => {
    const { start, settle, pool, stop } = workshop(1);
    void start('one', 'a');
    const waiting = start('one', 'b');
    await settle();
    stop();
    await Promise.all([expect(waiting).rejects.toThrow('stopping'), pool.stop()]);
    await expect(start('one', 'c')).rejects.toThrow('stopping');
    expect(pool.processes()).toEqual([]);
  });

  test('loses nothing and never exceeds its size, whatever comes in whatever order', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('start' as const), key: fc.constantFrom('one', 'two', 'three') }),
      fc.record({ type: fc.constant('finish' as const), which: fc.nat(5) }),
    );
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 4 }), more: fc.nat(4) });
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(step, { maxLength: 60 }), async ({ size, more }, steps) => {
        const maximumKept = size + more;
        const { start, finish, settle, running, order, most } = workshop(size, { maximumKept });
        const results: Promise<InvocationResult>[] = [];
        for (const one of steps) {
          if (one.type === 'start') results.push(start(one.key, `request-${String(results.length)}`));
          else await finish(running[one.which % Math.max(1, running.length)]?.id ?? '');
        }
        await settle();
        expect(running.length).toBeLessThanOrEqual(size);
        while (running.length > 0) await finish(running[0]?.id ?? '');
        await Promise.all(results);
        expect(most()).toBeLessThanOrEqual(maximumKept);
        expect([...order].sort()).toEqual(results.map((_, index) => `request-${String(index)}`).sort());
      }),
      { numRuns: 200 },
    );
  });
});
