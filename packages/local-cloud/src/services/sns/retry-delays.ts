import type { Random } from '../../core/random.ts';

/**
 * Milliseconds before each further attempt at a queue or a function, as SNS documents them: three at once, two a second apart, ten with
 * growing delays from one second to twenty, then every twenty seconds, 100,015 retries in all, over 23 days. With jitter.
 */
export function* retryDelays({ next }: Pick<Random, 'next'>): Generator<number, undefined> {
  const jitter = (ms: number): number => ms * (0.75 + next() / 2);
  for (let retry = 0; retry < 3; retry++) yield 0;
  for (let retry = 0; retry < 2; retry++) yield jitter(1000);
  for (let retry = 0; retry < 10; retry++) yield jitter(1000 * 20 ** (retry / 9));
  for (let retry = 0; retry < 100_000; retry++) yield jitter(20_000);
  return undefined;
}
