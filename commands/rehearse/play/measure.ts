import { FASTEST, speedFor, type Measure } from '../pace.ts';
import { checkUploads, pause, type RehearsalContext } from './context.ts';

/** The minimum number of ready photographs for a measurement: the first ones wait for the functions to start. */
const ENOUGH = 10;

/** Only the last ms count, to measure the current speed of the machine. */
const WINDOW_MS = 3_000;

/** The measurement ends after this time even if fewer are ready, ms. */
const PATIENCE_MS = 20_000;

type Sample = { at: number; right: number; waiting: number };

/** Starts to measure how fast photographs become ready. The returned function resolves with the result when enough are ready. */
export function startMeasuring(context: RehearsalContext): () => Promise<Measure> {
  const { story, plan } = context;
  const began = Date.parse(story.startedAt);
  const samples: Sample[] = [];
  const asked = new AbortController();

  async function measure(): Promise<Measure> {
    for (;;) {
      await checkUploads(context);
      const at = Date.now() - began;
      const { right, waiting } = story.uploads;
      samples.push({ at, right, waiting });
      story.lastedMs = at;
      plan.draw(story);
      if (asked.signal.aborted && (right >= ENOUGH || at > PATIENCE_MS)) return measureOf(samples);
      await pause(plan);
    }
  }

  const measuring = measure();
  // The caller of the returned function gets the error.
  measuring.catch(() => undefined);
  return () => {
    asked.abort();
    return measuring;
  };
}

/** Derives the speed of the machine from samples of the uploads, the latest last. */
export function measureOf(samples: readonly Sample[]): Measure {
  const last = samples.at(-1);
  if (last === undefined) return { perSecond: 0, underWay: 0 };
  const first = samples.find(({ at, right }) => right > 0 && at >= last.at - WINDOW_MS && at < last.at);
  const since = ({ at, right }: Pick<Sample, 'at' | 'right'>): number =>
    ((last.right - right) / Math.max(1, last.at - at)) * 1000;
  const fromTheBeginning = since({ at: 0, right: 0 });
  // Photographs become ready in bursts. Between two bursts, a busy machine seems to be idle.
  return { perSecond: Math.max(fromTheBeginning, first ? since(first) : 0), underWay: last.waiting };
}

/** Sets the clock so that the checks can detect a defect in time. Does nothing on AWS, or if the operator chose a speed. */
export async function choosePace({ story, plan, addNote }: RehearsalContext, measured: Measure): Promise<void> {
  if (plan.setSpeed === undefined) return;
  // A backlog becomes ready faster than it was uploaded; the canary has none.
  const perSecond = Math.min(plan.perSecond, measured.perSecond);
  story.speed = speedFor(plan.deploymentConfig, { ...measured, perSecond });
  await plan.setSpeed(story.speed);
  const why =
    story.speed === FASTEST ? '' : ', so that enough of them reach the new version before it receives all traffic';
  addNote(
    `This machine processes ${perSecond.toFixed(1)} photographs per second. Waiting time passes ${String(story.speed)} times faster than on AWS${why}.`,
  );
}
