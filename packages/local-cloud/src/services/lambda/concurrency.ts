/** What an account may run at once in one region, unless AWS raises it. */
export const ACCOUNT_LIMIT = 1000;

export type Concurrency = ReturnType<typeof createConcurrency>;

/** The most that ran at once since the last look, in all and of functions without a reservation, and what was claimed of the limit. */
export type Peak = {
  executions: number;
  unreserved: number;
  /** Unreserved executions and everything that is reserved, used or not. */
  claimed: number;
};

/** Counts executions: a function with reserved concurrency has that much and no more; the others share what is left. */
export function createConcurrency(
  reservedOf: (functionName: string) => number | undefined,
  reservedInAll: () => number,
) {
  const running = new Map<string, number>();
  let wakers = new Set<() => void>();

  const count = (functionName: string): number => running.get(functionName) ?? 0;
  const unreserved = (): number =>
    [...running].reduce((sum, [name, number]) => (reservedOf(name) === undefined ? sum + number : sum), 0);

  let peak: Peak = { executions: 0, unreserved: 0, claimed: 0 };
  function look(): void {
    const now = unreserved();
    peak = {
      executions: Math.max(
        peak.executions,
        [...running.values()].reduce((sum, number) => sum + number, 0),
      ),
      unreserved: Math.max(peak.unreserved, now),
      claimed: Math.max(peak.claimed, now + reservedInAll()),
    };
  }

  function free(functionName: string): number {
    const reserved = reservedOf(functionName);
    if (reserved !== undefined) return reserved - count(functionName);
    return ACCOUNT_LIMIT - reservedInAll() - unreserved();
  }

  return {
    running: count,
    /** How many more executions of the function could begin now. */
    free,
    /** Takes a place; undefined where there is none: the invocation is throttled. Call the result when it has ended. */
    enter: (functionName: string): (() => void) | undefined => {
      if (free(functionName) <= 0) return undefined;
      running.set(functionName, count(functionName) + 1);
      look();
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const number = count(functionName) - 1;
        if (number === 0) running.delete(functionName);
        else running.set(functionName, number);
        const woken = wakers;
        wakers = new Set();
        for (const wake of woken) wake();
      };
    },
    /** The peak since this was asked last; what runs now counts for the next time as well. */
    takePeak: (): Peak => {
      look();
      const taken = peak;
      peak = { executions: 0, unreserved: 0, claimed: 0 };
      return taken;
    },
    /** Resolves when some execution has ended, or the signal aborts. */
    someEnd: (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        const done = (): void => {
          wakers.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        wakers.add(done);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
}
