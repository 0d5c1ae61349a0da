import { FASTEST, speedFor, type Measure } from '../pace.ts';
import { checkUploads, pause, type RehearsalContext } from './context.ts';

/** So many photographs are to be ready before anything is said of the machine: the first ones wait for functions to begin. */
const ENOUGH = 10;

/** What happened in the last so many ms counts: the machine as it is now. */
const WINDOW_MS = 3_000;

/** A machine that takes longer than this for so few is slow enough, ms. */
const PATIENCE_MS = 20_000;

type Sample = { at: number; right: number; waiting: number };

/** Measures how fast photographs become ready from now on; gives what was found out, once it is asked for and enough is known. */
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
  // Told to whoever asks.
  measuring.catch(() => undefined);
  return () => {
    asked.abort();
    return measuring;
  };
}

/** What looks at the uploads tell of a machine, the latest last. */
export function measureOf(samples: readonly Sample[]): Measure {
  const last = samples.at(-1);
  if (last === undefined) return { perSecond: 0, underWay: 0 };
  const first = samples.find(({ at, right }) => right > 0 && at >= last.at - WINDOW_MS && at < last.at);
  const since = ({ at, right }: Pick<Sample, 'at' | 'right'>): number =>
    ((last.right - right) / Math.max(1, last.at - at)) * 1000;
  const fromTheBeginning = since({ at: 0, right: 0 });
  // Photographs become ready in bursts: between two of them a busy machine seems to stand still.
  return { perSecond: Math.max(fromTheBeginning, first ? since(first) : 0), underWay: last.waiting };
}

/** Sets the clock so that guards can see the release in time; where somebody has said how fast, or on AWS, nothing. */
export async function choosePace({ story, plan, addNote }: RehearsalContext, measured: Measure): Promise<void> {
  if (plan.setSpeed === undefined) return;
  // A backlog is made ready faster than it was uploaded; in the canary it is not there.
  const perSecond = Math.min(plan.perSecond, measured.perSecond);
  story.speed = speedFor(plan.deploymentConfig, { ...measured, perSecond });
  await plan.setSpeed(story.speed);
  const why = story.speed === FASTEST ? '' : ', so that enough of them meet the new version before it serves everybody';
  addNote(
    `This machine makes ${perSecond.toFixed(1)} photographs a second ready. What waits goes by ${String(story.speed)} times as fast as on AWS${why}.`,
  );
}
