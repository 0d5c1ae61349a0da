import type { Clock } from './clock.ts';

/**
 * The time that schedules live in. It begins with the cloud and passes by the clock's factor, so that factor 60 makes an hourly schedule
 * fire every minute; what a schedule then says is the time remains the nominal one.
 */
export type CloudTime = {
  now: () => Date;
  /** Milliseconds by which it is ahead of the real time; kept, so that it never goes back. */
  aheadMs: () => number;
  /** Waits until then; resolves early, without throwing, when the signal aborts. */
  until: (moment: Date, signal: AbortSignal) => Promise<void>;
};

/** @param gainedMs what earlier runs have gained */
export function createCloudTime(clock: Clock, gainedMs = 0): CloudTime {
  const before = clock.aheadMs();
  const aheadMs = (): number => gainedMs + clock.aheadMs() - before;
  const now = (): Date => new Date(clock.now().getTime() + aheadMs());
  return {
    now,
    aheadMs,
    until: async (moment, signal) => {
      while (!signal.aborted && now() < moment) await clock.wait(moment.getTime() - now().getTime(), signal);
    },
  };
}
