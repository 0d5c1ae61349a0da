import type { Ports, Release } from './ports.ts';

/** How long the alias may take to move back after the deployment failed, ms. CodeDeploy does it immediately, by a separate deployment. */
const PATIENCE = 180_000;

/** The longest pause between two reads of the alias, ms. */
const LONGEST_PAUSE = 5_000;

/**
 * Waits until the alias sends no more invocations to the release's version; returns the time by which that was true. A release that
 * an operator stopped without a rollback leaves the version live.
 */
export async function waitForRollback(ports: Ports, release: Release): Promise<Date | 'it still serves'> {
  const startedAt = ports.now().getTime();
  for (let pause = 250; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    if (!(await ports.isServed(release, release.targetVersion))) return ports.now();
    if (ports.now().getTime() + pause - startedAt > PATIENCE) return 'it still serves';
    await ports.wait(pause);
  }
}
