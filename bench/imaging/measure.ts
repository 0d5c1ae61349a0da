import type { Strategy } from './strategies.ts';

/** Median CPU time of each strategy, ms, and the median of each round's ratio to the last of them. */
export type Comparison = { cpuMs: number[]; ratios: number[] };

/** Takes turns, so that a busy moment of the machine falls on all; CPU time and not wall, for the same reason. */
export async function compare(
  strategies: readonly Strategy[],
  original: Uint8Array,
  rounds: number,
): Promise<Comparison> {
  const times: number[][] = strategies.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [n, strategy] of strategies.entries()) {
      const ms = await cpuTime(() => strategy(original));
      if (round > 0) times[n]?.push(ms); // the first round warms up
    }
  }
  const last = times.at(-1) ?? [];
  const ratios = times.map((own) => median(own.map((ms, round) => ms / (last[round] ?? NaN))));
  return { cpuMs: times.map(median), ratios };
}

async function cpuTime(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper = NaN, lower = NaN] = [sorted[middle], sorted[sorted.length - 1 - middle]];
  return (upper + lower) / 2;
}
