import type { Clock } from '../core/clock.ts';
import type { Environment, InvocationRequest, InvocationResult } from './environment.ts';

export type PoolOptions = {
  clock: Clock;
  /** How many processes may work at once. */
  maximumProcesses: number;
  /** How many there may be, with those that wait for more of the same work: three times as many where nothing else is said. */
  maximumKept?: number;
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
  /** A person waits for the answer: does not queue behind work in the background, and does not count as such. Bounded by the same maximum. */
  interactive?: boolean;
};

export type Pool = ReturnType<typeof createPool>;

type Kept = {
  key: string;
  environment: Environment;
  state: 'busy' | 'idle';
  /** Works for a function that waits for it. */
  urgent: boolean;
  interactive: boolean;
  /** Its version is no longer wanted: it ends after the invocation in work. */
  retired: boolean;
  usedAt: number;
  forget: AbortController;
};
type Waiter = Work & { take: (kept: Kept) => void; refuse: (error: unknown) => void };

/** Environments to be had without a cold start: how each is made, by its key. */
export type Warm = ReadonlyMap<string, () => Environment>;

const IDLE_MS = 5 * 60_000;

/**
 * The execution environments of all functions, bounded in number. Work beyond the bound waits, however long; the oldest goes first. More
 * environments are kept than may work: two versions of several functions take turns during a release, and to start one anew for each
 * turn would cost more than the work.
 */
export function createPool(options: PoolOptions) {
  const { clock, maximumProcesses, maximumKept = 3 * maximumProcesses, idleMs = IDLE_MS, stopping } = options;
  const all = new Set<Kept>();
  let waiters: Waiter[] = [];
  let warm: Warm = new Map();

  const of = (key: string): Kept[] => [...all].filter((kept) => kept.key === key);
  const idle = (): Kept[] => [...all].filter(({ state }) => state === 'idle');
  /** Of two functions, one of which waits for the other, one works. */
  const working = (interactively: boolean): number =>
    [...all].filter(({ state, urgent, interactive }) => state === 'busy' && !urgent && interactive === interactively)
      .length;

  function drop(kept: Kept): Promise<void> {
    all.delete(kept);
    kept.forget.abort();
    return kept.environment.end();
  }

  function give(waiter: Waiter, kept: Kept): void {
    waiters = waiters.filter((other) => other !== waiter);
    kept.state = 'busy';
    kept.urgent = waiter.urgent === true;
    kept.interactive = waiter.interactive === true;
    kept.forget.abort();
    waiter.take(kept);
  }

  /** Throws what making the environment throws. */
  function keep({ key, make }: Pick<Work, 'key' | 'make'>): Kept {
    const kept: Kept = {
      key,
      environment: make(),
      state: 'busy',
      urgent: false,
      interactive: false,
      retired: false,
      usedAt: clock.now().getTime(),
      forget: new AbortController(),
    };
    all.add(kept);
    return kept;
  }

  function startFor(waiter: Waiter): void {
    try {
      give(waiter, keep(waiter));
    } catch (error) {
      waiters = waiters.filter((other) => other !== waiter);
      waiter.refuse(error);
    }
  }

  /** The idle environment that is missed least: nobody waits for its version, it is not to stay, and it was used longest ago. */
  function leastMissed(): Kept | undefined {
    const awaited = new Set(waiters.map(({ key }) => key));
    const byUse = idle().sort((a, b) => a.usedAt - b.usedAt);
    const unawaited = byUse.filter(({ key }) => !awaited.has(key));
    return unawaited.find((kept) => !isLastWarm(kept)) ?? unawaited[0] ?? byUse[0];
  }

  const isLastWarm = ({ key }: Kept): boolean => warm.has(key) && of(key).length === 1;

  /** Makes what is to be warm and is not there, as far as there is room; it waits for its first invocation. */
  function warmUp(): void {
    for (const [key, make] of warm) {
      if (stopping.aborted || all.size >= maximumKept || of(key).length > 0) continue;
      try {
        const kept = keep({ key, make });
        kept.environment.warm();
        kept.state = 'idle';
      } catch {
        // Told by the invocation that needs it.
      }
    }
  }

  function dispatch(): void {
    for (const waiter of [...waiters]) {
      const mayWait = waiter.urgent !== true;
      if (mayWait && working(waiter.interactive === true) >= maximumProcesses) continue;
      const free = of(waiter.key)
        .filter(({ state }) => state === 'idle')
        .sort((a, b) => b.usedAt - a.usedAt)[0];
      if (free !== undefined) {
        give(waiter, free);
        continue;
      }
      if (all.size >= maximumKept) {
        const victim = leastMissed();
        if (victim !== undefined) void drop(victim);
        else if (mayWait) continue;
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
    if (!kept.environment.usable() || kept.retired || all.size > maximumKept || stopping.aborted) {
      void drop(kept);
    } else {
      kept.state = 'idle';
      kept.forget = new AbortController();
      const { signal } = kept.forget;
      void clock.work(idleMs, signal).then(() => (signal.aborted || isLastWarm(kept) ? undefined : drop(kept)));
    }
    dispatch();
    warmUp();
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
    /** One environment of each is made ahead, and one stays however long nobody uses it. */
    keepWarm: (wanted: Warm): void => {
      warm = wanted;
      warmUp();
    },
    /** Ends the environments whose keys are no longer wanted: idle ones now, busy ones after their invocation. */
    retire: (unwanted: (key: string) => boolean): void => {
      for (const kept of all) {
        if (!unwanted(kept.key)) continue;
        kept.retired = true;
        if (kept.state === 'idle') void drop(kept);
      }
    },
    /** Would work that comes now begin now? */
    hasRoom: (): boolean => waiters.every(({ interactive }) => interactive) && working(false) < maximumProcesses,
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
