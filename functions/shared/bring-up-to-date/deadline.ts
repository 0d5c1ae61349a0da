import { TransientError } from '../images/errors.ts';
import type { Ports } from './ports.ts';

/** ms before the invocation's timeout at which to stop: enough to remove the open attempt and to save the reason. */
export const MARGIN_MS = 3_000;

/**
 * The same ports, but after the deadline none is started or awaited: they throw TransientError. Work that was started continues
 * unobserved, so a caller that catches the error must not assume that a write failed. Native decoding cannot be interrupted, only no
 * longer awaited. The two ports that record what happened stay usable.
 */
export function untilDeadline(ports: Ports, deadline: AbortSignal): Ports {
  const passed = hasPassed(deadline);
  const timely =
    <Arguments extends unknown[], Result>(port: (...args: Arguments) => Promise<Result>) =>
    (...args: Arguments): Promise<Result> =>
      deadline.aborted ? passed : Promise.race([port(...args), passed]);
  return {
    ...ports,
    readRecord: timely(ports.readRecord),
    writeRecord: timely(ports.writeRecord),
    addOpenAttempt: timely(ports.addOpenAttempt),
    headOriginal: timely(ports.headOriginal),
    readOriginal: timely(ports.readOriginal),
    derive: timely(ports.derive),
    putOutput: timely(ports.putOutput),
    deleteOutputs: timely(ports.deleteOutputs),
    pause: timely(ports.pause),
  };
}

/** One listener per deadline, for all the images of an invocation. */
const promises = new WeakMap<AbortSignal, Promise<never>>();

function hasPassed(deadline: AbortSignal): Promise<never> {
  const known = promises.get(deadline);
  if (known) return known;
  const passed = new Promise<never>((_, reject) => {
    const stop = () =>
      reject(new TransientError('stopped shortly before the function’s timeout; the next delivery tries again'));
    if (deadline.aborted) stop();
    else deadline.addEventListener('abort', stop, { once: true });
  });
  // That no caller may be waiting when it passes is not an error.
  passed.catch(() => undefined);
  promises.set(deadline, passed);
  return passed;
}
