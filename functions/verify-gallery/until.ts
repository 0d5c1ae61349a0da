import type { Trial } from './trial.ts';

/** The pipeline takes a second or two, and behind a burst much longer; an account may be busy. ms. */
const PATIENCE = 90_000;

/** Looks again and again until there is something to see; undefined where there was nothing in time. */
export async function until<Found>(
  { ports, deadline }: Pick<Trial, 'ports' | 'deadline'>,
  look: () => Promise<Found | undefined | false>,
): Promise<Found | undefined> {
  const end = ports.now() + PATIENCE;
  for (let pause = 250; ; pause = Math.min(pause * 1.5, 5_000)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (deadline.aborted || ports.now() >= end) return undefined;
    await ports.pause(pause);
  }
}
