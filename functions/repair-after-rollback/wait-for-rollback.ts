import type { Ports, Release } from './ports.ts';

/** How long the alias may take to go back after the deployment has failed, ms. CodeDeploy does it at once, by a deployment of its own. */
const PATIENCE = 180_000;

/** The longest pause between two looks, ms. */
const LONGEST_PAUSE = 5_000;

/**
 * Waits until the alias gives the release's version no invocation any more; tells since when, at the latest. A release that somebody has
 * stopped where it stood, without going back, has withdrawn nothing.
 */
export async function waitForRollback(ports: Ports, release: Release): Promise<Date | 'it still serves'> {
  const startedAt = ports.now().getTime();
  for (let pause = 250; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    if (!(await ports.isServed(release, release.targetVersion))) return ports.now();
    if (ports.now().getTime() + pause - startedAt > PATIENCE) return 'it still serves';
    await ports.wait(pause);
  }
}
