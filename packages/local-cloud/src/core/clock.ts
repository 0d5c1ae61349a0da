/**
 * The one source of time. `factor` shortens what waits (back-offs, schedules, alarm periods), never what works (durations, timeouts,
 * the visibility of a message in work): with factor 60 a retry that AWS makes after a minute comes after a second.
 */
export type Clock = {
  /** May be changed while the cloud runs: read it when it is needed. */
  readonly factor: number;
  /** Milliseconds of the cloud's time that have passed beyond those of ours, since the clock was made. */
  aheadMs: () => number;
  now: () => Date;
  /** Waits `ms` of the cloud's time (so `ms / factor` of ours); resolves early, without throwing, when the signal aborts. */
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Waits `ms` of real time: for what works. Resolves early when the signal aborts. */
  work: (ms: number, signal?: AbortSignal) => Promise<void>;
};

function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    // Node's timers hold at most 2^31 - 1 ms (24.8 days); whoever waits longer waits again.
    const timer = setTimeout(done, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * Time as it is, for what no factor may touch: the work of functions and of those who watch over it. The linter keeps everything else in
 * the cloud from asking the system for the time or for a timer.
 */
export const realTime = {
  now: (): Date => new Date(),
  /** As `Clock.work`. */
  work: delay,
  /** Starts to measure: the result gives the milliseconds since, whatever becomes of the clock on the wall meanwhile. */
  stopwatch: (): (() => number) => {
    const began = performance.now();
    return () => performance.now() - began;
  },
};

/** A clock whose speed can be changed: what waits then goes on waiting at the new speed. */
export type AdjustableClock = Clock & {
  /** Throws RangeError unless the factor is above 0. */
  setFactor: (factor: number) => void;
};

export function createClock(initialFactor = 1): AdjustableClock {
  let factor = checked(initialFactor);
  let changed = new AbortController();
  let gainedMs = 0;
  let since = performance.now();
  const aheadMs = (): number => gainedMs + (performance.now() - since) * (factor - 1);

  /** Waits piece by piece: a change of speed begins another piece. */
  async function wait(ms: number, signal?: AbortSignal): Promise<void> {
    let left = ms;
    for (;;) {
      const [began, speed, change] = [performance.now(), factor, changed.signal];
      await delay(left / speed, signal === undefined ? change : AbortSignal.any([signal, change]));
      if (signal?.aborted || !change.aborted) return;
      left -= (performance.now() - began) * speed;
      if (left <= 0) return;
    }
  }

  return {
    get factor() {
      return factor;
    },
    aheadMs,
    now: realTime.now,
    wait,
    work: realTime.work,
    setFactor: (wanted) => {
      const ahead = aheadMs();
      factor = checked(wanted);
      gainedMs = ahead;
      since = performance.now();
      const before = changed;
      changed = new AbortController();
      before.abort();
    },
  };
}

function checked(factor: number): number {
  if (!(factor > 0)) throw new RangeError(`The clock factor must be above 0, not ${String(factor)}.`);
  return factor;
}
