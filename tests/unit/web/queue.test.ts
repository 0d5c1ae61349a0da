import { describe, expect, test } from '@jest/globals';
import { UploadProblem, type Reason } from '../../../web/uploads/problem.ts';
import type { UploadState } from '../../../web/uploads/ports.ts';
import { createQueue } from '../../../web/uploads/queue.ts';

type Send = { key: string; signal: AbortSignal; onSent: (bytes: number) => void; end: (error?: Error) => void };

/** A queue whose files, connection and time are the test's. */
function bench() {
  const states = new Map<string, UploadState>();
  const history = new Map<string, string[]>();
  const signed: string[] = [];
  const sends: Send[] = [];
  const waits: { ms: number; end: () => void }[] = [];
  const world = { online: true, now: 0, signing: [] as (Reason | undefined)[] };
  const queue = createQueue<string, string>({
    sign: async ({ key }) => {
      signed.push(key);
      const problem = world.signing.shift();
      if (problem !== undefined) throw new UploadProblem(problem);
      return `form of ${key}`;
    },
    send: (_, { key }, onSent, signal) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          if (error === undefined) resolve();
          else reject(error);
        };
        signal.addEventListener('abort', () => resolve());
        sends.push({ key, signal, onSent, end });
      }),
    isOnline: () => world.online,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        waits.push({ ms, end: resolve });
        signal.addEventListener('abort', () => resolve());
      }),
    now: () => world.now,
    show: (key, state) => {
      states.set(key, state);
      history.set(key, [...(history.get(key) ?? []), state.status]);
    },
  });
  const add = (...keys: string[]) => queue.add(keys.map((key) => ({ key, file: key, size: 100 })));
  const statuses = () => [...states].map(([key, { status }]) => `${key} ${status}`);
  /** Lets everything run that only waits for promises. */
  const settle = async () => {
    for (let n = 0; n < 50; n += 1) await Promise.resolve();
  };
  return { queue, add, states, history, signed, sends, waits, world, statuses, settle };
}

describe('uploads', () => {
  test('are signed right before they are sent, four at once', async () => {
    const { add, signed, sends, settle, statuses } = bench();
    add('a', 'b', 'c', 'd', 'e');
    await settle();
    expect(signed).toEqual(['a', 'b', 'c', 'd']);
    sends[1]?.end();
    await settle();
    expect(signed).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(statuses()).toContain('b sent');
  });

  test('show how far they are and how fast', async () => {
    const { add, sends, settle, states, world } = bench();
    add('a');
    await settle();
    sends[0]?.onSent(0);
    world.now = 1000;
    sends[0]?.onSent(50);
    expect(states.get('a')).toEqual({ status: 'sending', sent: 50, speed: 50 });
  });

  test.each<Reason>(['refused', 'too-large', 'unsupported-type', 'signed-out', 'unreadable'])(
    'that fail because of %s are not tried again by themselves',
    async (reason) => {
      const { add, sends, settle, states, signed } = bench();
      add('a');
      await settle();
      sends[0]?.end(new UploadProblem(reason));
      await settle();
      const canRetry = !['too-large', 'unsupported-type'].includes(reason);
      expect(states.get('a')).toEqual({ status: 'failed', reason, canRetry });
      expect(signed).toEqual(['a']);
    },
  );

  test('uploads to a busy server are retried, each time later, and fail in the end', async () => {
    const { add, settle, states, waits, world } = bench();
    world.signing = Array.from({ length: 7 }, (): Reason => 'busy');
    add('a');
    const pauses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      await settle();
      const pause = waits.filter(({ ms }) => ms !== 5_000).at(-1);
      pauses.push(pause?.ms ?? 0);
      pause?.end();
    }
    await settle();
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 30_000]);
    expect(states.get('a')).toEqual({ status: 'failed', reason: 'busy', canRetry: true });
  });

  test('wait for a lost connection, and lose no try by it', async () => {
    const { add, queue, sends, settle, signed, statuses, world } = bench();
    add('a', 'b');
    await settle();
    world.online = false;
    queue.offline();
    await settle();
    expect(statuses()).toEqual(['a offline', 'b offline']);
    expect(sends.every(({ signal }) => signal.aborted)).toBe(true);
    world.online = true;
    queue.online();
    await settle();
    expect(signed).toEqual(['a', 'b', 'a', 'b']);
    sends[2]?.end();
    sends[3]?.end();
    await settle();
    expect(statuses()).toEqual(['a sent', 'b sent']);
  });

  test('uploads without a byte for 20 s are retried', async () => {
    const { add, sends, settle, waits, world, history } = bench();
    add('a');
    await settle();
    world.now = 19_000;
    waits.at(-1)?.end();
    await settle();
    expect(sends[0]?.signal.aborted).toBe(false);
    world.now = 21_000;
    waits.at(-1)?.end();
    await settle();
    expect(sends[0]?.signal.aborted).toBe(true);
    expect(history.get('a')).toEqual(['sending', 'sending', 'offline']);
  });

  test('cancelled uploads are stopped, and report nothing more', async () => {
    const { add, queue, sends, settle, history } = bench();
    add('a', 'b', 'c', 'd', 'e');
    await settle();
    const before = history.get('a')?.length;
    queue.cancel('a');
    await settle();
    expect(sends[0]?.signal.aborted).toBe(true);
    expect(history.get('a')?.length).toBe(before);
    expect(sends.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('can all be cancelled; what has failed stays to be looked at', async () => {
    const { add, queue, sends, settle, states } = bench();
    add('a', 'b', 'c', 'd', 'e');
    await settle();
    sends[0]?.end(new UploadProblem('refused'));
    await settle();
    queue.cancelAll();
    await settle();
    expect(sends.slice(1).every(({ signal }) => signal.aborted)).toBe(true);
    expect(states.get('a')?.status).toBe('failed');
    queue.retry('a');
    await settle();
    expect(states.get('a')?.status).toBe('sending');
  });

  test('are retried when somebody asks, and only what has failed is', async () => {
    const { add, queue, sends, settle, signed } = bench();
    add('a');
    await settle();
    queue.retry('a');
    queue.retry('unknown');
    await settle();
    expect(signed).toEqual(['a']);
    sends[0]?.end(new UploadProblem('refused'));
    await settle();
    queue.retry('a');
    await settle();
    expect(signed).toEqual(['a', 'a']);
  });
});
