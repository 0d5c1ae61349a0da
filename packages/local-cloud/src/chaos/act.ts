import type { Clock } from '../core/clock.ts';
import type { Harm, Observe } from '../core/cloud-event.ts';
import type { Random } from '../core/random.ts';

/** What every kind of chaos is made with. */
export type Acting = {
  clock: Clock;
  random: Random;
  stopping: AbortSignal;
  /** Shall it happen this time? Draws once. */
  strikes: (random: Random) => boolean;
  tell: (harm: Harm) => void;
};

export type ChaosOptions = {
  /** Of all that could be harmed, how much is; 0 to 50. */
  percent: number;
  clock: Clock;
  random: Random;
  observe: Observe;
  stopping: AbortSignal;
};

/** Milliseconds of the cloud's time. AWS: "typically within seconds, but can sometimes take a minute or longer" (S3 notifications). */
export const LONGEST_DELAY_MS = 60_000;

/** Waits as long as a late delivery is late; ends early, but does not throw, when the cloud stops. Resolves with the milliseconds. */
export function someDelay({ clock, stopping }: Acting, random: Random): { ms: number; over: Promise<void> } {
  const ms = Math.ceil(random.next() * LONGEST_DELAY_MS);
  return { ms, over: clock.wait(ms, stopping) };
}
