import { UploadProblem } from './problem.ts';
import type { Job, Ports } from './ports.ts';
import { createMeter } from './speed.ts';

/** ms without a byte that was sent after which an attempt is given up: the connection is lost, and the browser has not noticed. */
const STALLED = 20_000;
/** ms between two looks whether something moves. */
const LOOK = 5_000;

type Attempts<File> = {
  /** Signs and sends a file. Throws UploadProblem, `connection` also where nothing moves any more. */
  attempt: (job: Job<File>, cancelled: AbortSignal) => Promise<void>;
  /** Ends what is on its way as if the connection had failed. */
  callOff: () => void;
};

/** Single tries of uploads, which end in time. */
export function createAttempts<File, Form>(ports: Ports<File, Form>): Attempts<File> {
  const underway = new Set<() => void>();

  async function sendOne(job: Job<File>, ended: AbortSignal, moved: () => void): Promise<void> {
    const meter = createMeter();
    const show = (sent: number) => {
      moved();
      if (!ended.aborted) ports.show(job.key, { status: 'sending', sent, speed: meter.at(sent, ports.now()) });
    };
    show(0);
    const form = await ports.sign(job, ended);
    show(0);
    if (!ended.aborted) await ports.send(form, job, show, ended);
  }

  async function attempt(job: Job<File>, cancelled: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const end = () => ended.abort();
    cancelled.addEventListener('abort', end, { once: true });
    let movedAt = ports.now();
    let lose = (): void => undefined;
    const lost = new Promise<never>((_, reject) => {
      lose = () => {
        reject(new UploadProblem('connection'));
        end();
      };
    });
    async function watch(): Promise<void> {
      const isOver = (): boolean => ended.signal.aborted;
      while (!isOver()) {
        await ports.wait(LOOK, ended.signal);
        if (!isOver() && ports.now() - movedAt > STALLED) lose();
      }
    }
    underway.add(lose);
    try {
      void watch();
      await Promise.race([sendOne(job, ended.signal, () => (movedAt = ports.now())), lost]);
    } finally {
      underway.delete(lose);
      end();
      cancelled.removeEventListener('abort', end);
    }
  }

  return {
    attempt,
    callOff: () => {
      for (const lose of [...underway]) lose();
    },
  };
}
