import type { Clock } from '../../core/clock.ts';

/** Long polls that wait for a message. A wait ends by the time, by a signal, or when something came. */
export function createWaiters(clock: Pick<Clock, 'work'>, stopping: AbortSignal) {
  const waiting = new Set<AbortController>();
  stopping.addEventListener('abort', wake, { once: true });

  function wake(): void {
    for (const waiter of waiting) waiter.abort();
  }

  return {
    wake,
    /** Real time: a long poll is work of its client. */
    wait: async (ms: number, signal?: AbortSignal): Promise<void> => {
      const waiter = new AbortController();
      const end = (): void => waiter.abort();
      signal?.addEventListener('abort', end, { once: true });
      waiting.add(waiter);
      await clock.work(ms, waiter.signal);
      waiting.delete(waiter);
      signal?.removeEventListener('abort', end);
    },
  };
}
