import { EndedEarly, type Ending } from './deployment.ts';

/** Thrown where the whole cloud stops: what was under way is left as it is, for the next start. */
export class CloudStopped extends Error {
  override name = 'CloudStopped';
}

export type Interruption = ReturnType<typeof createInterruption>;

/** How others end a deployment that waits: the first reason counts. */
export function createInterruption(stopping: AbortSignal) {
  const controller = new AbortController();
  let ending: Ending | undefined;
  return {
    /** Aborts when the deployment is to end, or the cloud stops: for whatever waits in it. */
    signal: AbortSignal.any([controller.signal, stopping]),
    interrupt: (why: Ending): void => {
      ending ??= why;
      controller.abort();
    },
    /** Nothing waits any more: whatever watched on the deployment's behalf ends. */
    finish: (): void => controller.abort(),
    /** To be called after every wait. Throws EndedEarly and CloudStopped. */
    check: (): void => {
      if (stopping.aborted) throw new CloudStopped();
      if (ending !== undefined) throw new EndedEarly(ending);
    },
  };
}
