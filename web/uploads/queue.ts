import { createAttempts } from './attempts.ts';
import { isHopeless, UploadProblem, type Reason } from './problem.ts';
import type { Job, Ports } from './ports.ts';

export type Queue<File> = {
  add: (jobs: readonly Job<File>[]) => void;
  cancel: (key: string) => void;
  cancelAll: () => void;
  retry: (key: string) => void;
  /** The connection is back. */
  online: () => void;
  /** The connection is lost: what is on its way is called off, for it may hang for minutes, and waits. */
  offline: () => void;
};

/** Sent at once. More would only share the same line, and each would take longer to appear. */
const AT_ONCE = 4;
/** Delays before retries if the server may only be busy, ms. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Sends files, a few in parallel, each signed immediately before. Never throws: the page shows all errors. */
export function createQueue<File, Form>(ports: Ports<File, Form>): Queue<File> {
  const jobs = new Map<string, Job<File>>();
  const failed = new Map<string, Reason>();
  const waiting: string[] = [];
  const running = new Map<string, AbortController>();
  const { attempt, callOff } = createAttempts(ports);
  let wakers: (() => void)[] = [];

  const connection = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      wakers.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });

  async function work(job: Job<File>, signal: AbortSignal): Promise<void> {
    const isCancelled = (): boolean => signal.aborted;
    for (let tried = 0; !isCancelled();) {
      if (!ports.isOnline()) {
        ports.show(job.key, { status: 'offline' });
        await connection(signal);
        continue;
      }
      try {
        await attempt(job, signal);
        if (!isCancelled()) {
          jobs.delete(job.key);
          ports.show(job.key, { status: 'sent' });
        }
        return;
      } catch (error) {
        if (isCancelled()) return;
        const reason = error instanceof UploadProblem ? error.reason : 'unknown';
        if (reason === 'connection' && !ports.isOnline()) continue; // waits above, and no try is lost
        const pause = PAUSES[tried];
        if ((reason !== 'busy' && reason !== 'connection') || pause === undefined) {
          failed.set(job.key, reason);
          ports.show(job.key, { status: 'failed', reason, canRetry: !isHopeless(reason) });
          return;
        }
        tried += 1;
        ports.show(job.key, reason === 'connection' ? { status: 'offline' } : { status: 'queued' });
        await Promise.race([ports.wait(pause, signal), connection(signal)]);
      }
    }
  }

  function pump(): void {
    while (running.size < AT_ONCE) {
      const job = jobs.get(waiting.shift() ?? '');
      if (job === undefined) {
        if (waiting.length === 0) return;
        continue;
      }
      const controller = new AbortController();
      running.set(job.key, controller);
      void work(job, controller.signal).finally(() => {
        if (running.get(job.key) === controller) running.delete(job.key);
        pump();
      });
    }
  }

  function cancel(key: string): void {
    jobs.delete(key);
    failed.delete(key);
    running.get(key)?.abort();
    running.delete(key);
  }
  function retry(key: string): void {
    const job = jobs.get(key);
    if (job === undefined || !failed.delete(key)) return;
    ports.show(key, { status: 'queued' });
    waiting.push(key);
    pump();
  }
  return {
    add: (added) => {
      for (const job of added) {
        jobs.set(job.key, job);
        waiting.push(job.key);
      }
      pump();
    },
    cancel: (key) => {
      cancel(key);
      pump();
    },
    cancelAll: () => {
      waiting.length = 0;
      for (const key of [...jobs.keys()]) if (!failed.has(key)) cancel(key);
    },
    retry,
    offline: callOff,
    online: () => {
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
      for (const [key, reason] of [...failed]) if (reason === 'connection') retry(key);
    },
  };
}
