import { setTimeout } from 'node:timers/promises';

/**
 * Looks until `look` gives something other than undefined (or false) and returns it. Throws after `seconds`, saying what was waited for;
 * what `look` threw last is the cause.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let cause: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await setTimeout(50);
  } while (Date.now() < deadline);
  throw new Error(`Waited ${String(seconds)} s in vain: ${what}`, { cause });
}
