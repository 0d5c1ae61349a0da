/** ms over which a speed is averaged: short enough to notice a stall, long enough to be readable. */
const WINDOW = 3_000;

export type Meter = { at: (sent: number, now: number) => number };

/** Bytes per second, of the last seconds. `sent` is the sum so far. */
export function createMeter(): Meter {
  let samples: { sent: number; now: number }[] = [];
  return {
    at: (sent, now) => {
      samples = [...samples.filter((sample) => now - sample.now <= WINDOW), { sent, now }];
      const first = samples[0] ?? { sent, now };
      return now === first.now ? 0 : Math.max(0, ((sent - first.sent) * 1000) / (now - first.now));
    },
  };
}
