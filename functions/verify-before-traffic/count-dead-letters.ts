import type { Ports } from './ports.ts';

/** How many dead letters there are, by the queues' names; undefined where that could not be counted. */
export async function countDeadLetters(
  ports: Pick<Ports, 'countDeadLetters' | 'log'>,
): Promise<Record<string, number> | undefined> {
  return ports.countDeadLetters().catch((error: unknown) => {
    ports.log.warn('could not count the dead letters', error);
    return undefined;
  });
}
