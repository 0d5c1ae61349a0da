import type { Clock } from '../../../src/core/clock.ts';

/** A clock that stands still until it is told to go on: what a test sees in between depends on no machine. */
export type VirtualClock = Clock & {
  /** Lets so many milliseconds pass; whoever waited for less goes on in the meantime, one after the other. */
  advance: (ms: number) => Promise<void>;
  /** From now on work takes so many times as long, beside what waits. */
  hurry: (factor: number) => void;
};

type Waiting = { until: number; resolve: () => void };

export function createVirtualClock(): VirtualClock {
  const start = Date.parse('2030-01-01T00:00:00Z');
  let elapsed = 0;
  let factor = 1;
  let waiting: Waiting[] = [];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const wait: Clock['wait'] = (ms, signal) =>
    new Promise((resolve) => {
      if (ms <= 0 || signal?.aborted === true) {
        resolve();
        return;
      }
      const own: Waiting = { until: elapsed + ms, resolve };
      waiting.push(own);
      signal?.addEventListener('abort', () => {
        waiting = waiting.filter((one) => one !== own);
        resolve();
      });
    });

  return {
    get factor() {
      return factor;
    },
    hurry: (wanted) => {
      factor = wanted;
    },
    aheadMs: () => 0,
    now: () => new Date(start + elapsed),
    wait,
    work: (ms, signal) => wait(ms * factor, signal),
    advance: async (ms) => {
      const end = elapsed + ms;
      for (;;) {
        await settle();
        const [next] = waiting.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until);
        if (next === undefined) break;
        elapsed = next.until;
        waiting = waiting.filter((one) => one !== next);
        next.resolve();
      }
      elapsed = end;
    },
  };
}
