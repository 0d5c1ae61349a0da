import type { Clock } from '../clock.ts';
import type { Environment, InvocationRequest, InvocationResult } from './environment.ts';

export type PoolOptions = {
  clock: Clock;
  /** How many processes there may be at once. */
  maximumProcesses: number;
  /** An environment that nobody used for so long ends; milliseconds of real time. */
  idleMs?: number;
  stopping: AbortSignal;
};

export type Work = {
  /** What the environment is made for: equal keys share environments. */
  key: string;
  make: () => Environment;
  /** Milliseconds since the epoch: who has waited longest goes first. */
  since: number;
  /** May go beyond the maximum: the caller is itself a function in this pool, and would hold the process that it waits for. */
  urgent?: boolean;
};

export type Pool = ReturnType<typeof createPool>;

type Kept = {
  key: string;
  environment: Environment;
  state: 'busy' | 'idle';
  /** Its version is no longer wanted: it ends after the invocation in work. */
  retired: boolean;
  usedAt: number;
  forget: AbortController;
};
type Waiter = Work & { take: (kept: Kept) => void; refuse: (error: unknown) => void };

const IDLE_MS = 5 * 60_000;

/**
 * The execution environments of all functions, bounded in number. Work that finds none waits, however long; the oldest goes first,
 * except that an environment that is free serves its own version before it makes room for another.
 */
export function createPool({ clock, maximumProcesses, idleMs = IDLE_MS, stopping }: PoolOptions) {
  const all = new Set<Kept>();
  let waiters: Waiter[] = [];

  const of = (key: string): Kept[] => [...all].filter((kept) => kept.key === key);
  const idle = (): Kept[] => [...all].filter(({ state }) => state === 'idle');

  function drop(kept: Kept): Promise<void> {
    all.delete(kept);
    kept.forget.abort();
    return kept.environment.end();
  }

  function give(waiter: Waiter, kept: Kept): void {
    waiters = waiters.filter((other) => other !== waiter);
    kept.state = 'busy';
    kept.forget.abort();
    waiter.take(kept);
  }

  function startFor(waiter: Waiter): void {
    try {
      const kept: Kept = {
        key: waiter.key,
        environment: waiter.make(),
        state: 'busy',
        retired: false,
        usedAt: clock.now().getTime(),
        forget: new AbortController(),
      };
      all.add(kept);
      give(waiter, kept);
    } catch (error) {
      waiters = waiters.filter((other) => other !== waiter);
      waiter.refuse(error);
    }
  }

  /** The idle environment that is missed least: nobody waits for its version, and it was used longest ago. */
  function leastMissed(evenIfAwaited: boolean): Kept | undefined {
    const awaited = new Set(waiters.map(({ key }) => key));
    return idle()
      .filter(({ key }) => evenIfAwaited || !awaited.has(key))
      .sort((a, b) => a.usedAt - b.usedAt)[0];
  }

  function dispatch(): void {
    for (const [index, waiter] of [...waiters].entries()) {
      const own = of(waiter.key);
      const free = own.filter(({ state }) => state === 'idle').sort((a, b) => b.usedAt - a.usedAt)[0];
      if (free !== undefined) {
        give(waiter, free);
        continue;
      }
      if (all.size >= maximumProcesses && waiter.urgent !== true) {
        // The oldest of all, when its version has no process, takes one even from a version whose work is waiting too.
        const victim = leastMissed(index === 0 && own.length === 0);
        if (victim === undefined) continue;
        void drop(victim);
      }
      startFor(waiter);
    }
  }

  function acquire(work: Work): Promise<Kept> {
    return new Promise((take, refuse) => {
      if (stopping.aborted) {
        refuse(stopped());
        return;
      }
      const position = waiters.findLastIndex(({ since }) => since <= work.since) + 1;
      waiters.splice(position, 0, { ...work, take, refuse });
      dispatch();
    });
  }

  function release(kept: Kept): void {
    kept.usedAt = clock.now().getTime();
    if (!kept.environment.usable() || kept.retired || all.size > maximumProcesses || stopping.aborted) {
      void drop(kept);
    } else {
      kept.state = 'idle';
      kept.forget = new AbortController();
      const { signal } = kept.forget;
      void clock.work(idleMs, signal).then(() => (signal.aborted ? undefined : drop(kept)));
    }
    dispatch();
  }

  return {
    /** Runs one invocation in an environment of its key, made when there is none. */
    run: async (work: Work, request: InvocationRequest): Promise<InvocationResult> => {
      for (;;) {
        const kept = await acquire(work);
        if (!kept.environment.usable()) {
          // It ended while it was idle (killed from outside): that is nobody's invocation.
          release(kept);
          continue;
        }
        try {
          return await kept.environment.invoke(request);
        } finally {
          release(kept);
        }
      }
    },
    /** Ends the environments whose keys are no longer wanted: idle ones now, busy ones after their invocation. */
    retire: (unwanted: (key: string) => boolean): void => {
      for (const kept of all) {
        if (!unwanted(kept.key)) continue;
        kept.retired = true;
        if (kept.state === 'idle') void drop(kept);
      }
    },
    /** Is there a process for work that comes now? */
    hasRoom: (key: string): boolean =>
      waiters.length === 0 &&
      (all.size < maximumProcesses || of(key).some(({ state }) => state === 'idle') || idle().length > 0),
    waiting: (): number => waiters.length,
    processes: (): readonly Environment[] => [...all].map(({ environment }) => environment),
    /** Ends every process; what waits is refused. */
    stop: async (): Promise<void> => {
      for (const waiter of waiters.splice(0)) waiter.refuse(stopped());
      await Promise.all([...all].map(drop));
    },
  };
}

function stopped(): Error {
  return new Error('The local cloud is stopping.');
}
