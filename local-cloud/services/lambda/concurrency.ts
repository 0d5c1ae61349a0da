/** What an account may run at once in one region, unless AWS raises it. */
export const ACCOUNT_LIMIT = 1000;

export type Concurrency = ReturnType<typeof createConcurrency>;

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
