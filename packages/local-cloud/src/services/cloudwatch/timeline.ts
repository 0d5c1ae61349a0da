import { createCloudTime, type CloudTime } from '../../core/cloud-time.ts';
import type { Clock } from '../../core/clock.ts';

/**
 * Real time and the cloud's side by side, both in milliseconds since 1970. What is measured carries real time, as on AWS; an alarm's
 * periods are waits, so that they are spans of the cloud's time, whose speed may change while it is measured.
 */
export type Timeline = Pick<CloudTime, 'until'> & {
  /** The cloud's time. */
  now: () => number;
  toCloud: (real: number) => number;
  toReal: (cloud: number) => number;
};

/** A moment in both times. */
type Moment = { real: number; cloud: number };

/** Changes of speed that are remembered; what was before them is taken to have gone at the speed of the earliest. */
const MOST_CHANGES = 100;

export function createTimeline(clock: Clock): Timeline {
  const time = createCloudTime(clock);
  const here = (): Moment => ({ real: clock.now().getTime(), cloud: time.now().getTime() });
  let speed = clock.factor;
  let speedBefore = speed;
  let latest = here();
  /** Where the speed was seen to change: between two of them time goes evenly. */
  const changes: Moment[] = [latest];

  function look(): Moment {
    const seen = here();
    if (clock.factor !== speed) {
      changes.push(latest, seen);
      if (changes.length > MOST_CHANGES) {
        changes.splice(0, 2);
        const [first, second] = changes as [Moment, Moment];
        speedBefore = (second.cloud - first.cloud) / Math.max(second.real - first.real, 1) || speed;
      }
      speed = clock.factor;
    }
    latest = seen;
    return seen;
  }

  function convert(value: number, from: keyof Moment, to: keyof Moment): number {
    const { real, cloud } = look();
    const moments = [...changes, { real, cloud }];
    const slope = (perRealMs: number): number => (to === 'cloud' ? perRealMs : 1 / perRealMs);
    const index = moments.findLastIndex((moment) => moment[from] <= value);
    const [before, after] = [moments[index], moments[index + 1]];
    if (before === undefined) return (after as Moment)[to] + (value - (after as Moment)[from]) * slope(speedBefore);
    if (after === undefined) return before[to] + (value - before[from]) * slope(speed);
    return before[to] + ((value - before[from]) / (after[from] - before[from])) * (after[to] - before[to]);
  }

  return {
    until: time.until,
    now: () => look().cloud,
    toCloud: (real) => convert(real, 'real', 'cloud'),
    toReal: (cloud) => convert(cloud, 'cloud', 'real'),
  };
}
