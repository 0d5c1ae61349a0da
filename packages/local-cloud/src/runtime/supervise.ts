import { realTime } from '../core/clock.ts';
import { memoryOf } from './memory.ts';
import type { Ending, RuntimeProcess } from './process.ts';

/** The process is gone before it answered: it was killed for its time or its memory, or ended by itself. */
export type Cut = { why: 'deadline' | 'memory' | 'ended'; ending: Ending };

const LOOK_MS = 100;
/** Without a reason Node makes an error with a stack for each. */
const SETTLED = 'settled';

/**
 * Waits for the process's answer, at most `limitMs`, and kills it when it takes longer or holds more than `memoryMb`. Memory is only
 * watched where the system tells it (Linux), ten times a second. `peak` hears the most that it has held, in MB.
 */
export function supervise<T>(
  child: RuntimeProcess,
  answer: Promise<T>,
  { limitMs, memoryMb, peak }: { limitMs: number; memoryMb: number; peak: (mb: number) => void },
): Promise<T | Cut> {
  return new Promise((resolve) => {
    let why: Cut['why'] = 'ended';
    const settle = (value: T | Cut): void => {
      over.abort(SETTLED);
      loseInterest();
      look();
      resolve(value);
    };
    const cut = (reason: Cut['why']): void => {
      if (why !== 'ended') return;
      why = reason;
      child.kill();
    };
    const look = (): number => {
      const memory = memoryOf(child.pid);
      peak(memory?.peak ?? 0);
      return memory?.now ?? 0;
    };
    const over = new AbortController();
    void realTime.work(limitMs, over.signal).then(() => {
      if (!over.signal.aborted) cut('deadline');
    });
    void (async () => {
      while (look() <= memoryMb && !over.signal.aborted) await realTime.work(LOOK_MS, over.signal);
      if (!over.signal.aborted) cut('memory');
    })();
    void answer.then(settle);
    const loseInterest = child.whenEnded((ending) => settle({ why, ending }));
  });
}
