import type { Timeline } from './timeline.ts';

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;
/** After a pause of ours no more than so many boundaries are made up for. */
const MOST_MISSED = 10;

export type Ticker = {
  /** Looks again at how short the steps must be. */
  hurry: () => void;
};

/**
 * Calls `tick` at each minute of the cloud's time (each ten seconds where `isFine` says so), with the boundary that was reached; where
 * time goes so fast that several were, with each in turn, `isLatest` for the last of them. Ends when the signal aborts.
 */
export function startTicker(
  timeline: Timeline,
  {
    isFine,
    tick,
    stopping,
  }: {
    isFine: () => boolean;
    tick: (boundary: number, isLatest: boolean) => void;
    stopping: AbortSignal;
  },
): Ticker {
  let hurried = new AbortController();
  const isOver = (): boolean => stopping.aborted;

  async function run(): Promise<void> {
    let reached = timeline.now();
    while (!isOver()) {
      const step = isFine() ? TEN_SECONDS : MINUTE;
      const next = (Math.floor(reached / step) + 1) * step;
      await timeline.until(new Date(next), AbortSignal.any([hurried.signal, stopping]));
      if (hurried.signal.aborted) hurried = new AbortController();
      const latest = Math.floor(timeline.now() / step) * step;
      if (isOver() || latest < next) continue;
      for (let at = Math.max(next, latest - (MOST_MISSED - 1) * step); at <= latest; at += step)
        tick(at, at === latest);
      reached = latest;
    }
  }
  void run();
  return { hurry: () => hurried.abort() };
}

export function isMinute(boundary: number): boolean {
  return boundary % MINUTE === 0;
}
