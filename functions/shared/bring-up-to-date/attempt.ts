import { identityOf, type OriginalVersion } from '../images/image.ts';
import { sizeRefusal } from '../images/original-size.ts';
import type { OpenAttempt } from '../images/record.ts';
import type { Refusal } from './derive-outputs.ts';
import type { Conflict, Task } from './types.ts';

/** An attempt with the bytes in memory, ready to decode; or why there is none. */
export type Attempt = { open: OpenAttempt; bytes: Uint8Array } | { open?: undefined; ended: Refusal | Conflict };

/**
 * Step 5 of the protocol: reads the bytes of exactly this state of the original, and starts an attempt at them. It starts with the bytes in
 * memory: what kills the process from here on is the image, not the network. The attempt is not in the record yet.
 */
export async function attempt({ ports, worker, image }: Task, original: OriginalVersion): Promise<Attempt> {
  const reason = sizeRefusal(original.size);
  if (reason !== undefined) return { ended: { reason } };
  const bytes = await ports.readOriginal(image, original);
  if (bytes === 'changed') return { ended: 'conflict' };
  const open: OpenAttempt = {
    id: ports.newAttemptId(),
    startedAt: ports.now().toISOString(),
    by: worker.version,
    of: identityOf(original),
  };
  return { open, bytes };
}
