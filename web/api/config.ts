import { signal } from '@preact/signals';
import { problemOf, Unreachable } from './problems.ts';
import { skewOf } from './server-clock.ts';
import type { Config, Release } from './types.ts';

/** The newest answer. */
export const config = signal<Config | undefined>(undefined);
export const release = signal<Release>({ underWay: false, versions: [] });

/** What the device's clock lacks to the server's, ms: times that the server names are compared with `now`. */
export const serverClock = { skew: 0, now: (): number => Date.now() + serverClock.skew };

let asked: Promise<Config> | undefined;

/** The stack's configuration for the page. The first caller requests it, once. Throws ApiProblem, Unreachable. */
export function readConfig(): Promise<Config> {
  asked ??= askConfig().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

/** Requests it again, because a release may have started or ended. */
export async function askConfig(): Promise<Config> {
  const begun = Date.now();
  const response = await fetch('/api/config', { cache: 'no-store' }).catch((cause: unknown) => {
    throw new Unreachable('no answer', { cause });
  });
  if (!response.ok) throw await problemOf(response);
  serverClock.skew = skewOf(response.headers.get('date'), begun, Date.now()) ?? serverClock.skew;
  const answer = (await response.json()) as Config;
  config.value = answer;
  if (JSON.stringify(release.peek()) !== JSON.stringify(answer.release)) release.value = answer.release;
  return answer;
}
