import { partsOf } from './deployment-type.ts';

/** How fast a machine processes photographs. */
export type Measure = {
  /** Photographs per second that become ready in both recipes. */
  perSecond: number;
  /** Photographs in progress at the same time. */
  underWay: number;
};

/** The default maximum speed: waiting time passes this many times faster than on AWS. */
export const FASTEST = 30;

/** At this a canary of five minutes lasts 100 s. What is measured slower was measured while a machine was stuck, and would take ever longer. */
const SLOWEST = 3;

/**
 * So many images, in the mean, are to meet the new version while others still meet the old one. An alarm fires at three that failed; of
 * `after-traffic` four in a row always hold three. Fewer than four of 140 at 10 % happens in one release of 3,000 (binomial: 0.0003), and
 * where the machine is only six tenths as fast as it was measured, so that 84 come, in one of 38 (0.026).
 */
const TO_MEET = 14;

/** Alarms are evaluated once a minute: what fails in the last one before all traffic goes over is seen too late. Minutes. */
const UNSEEN = 1;

/**
 * How much faster than on AWS a release may go by so that guards can see it in time: a canary lasts five minutes whatever its traffic is,
 * and at 30 times AWS's speed a slow machine makes too few images of it.
 */
export function speedFor(deploymentConfig: string, { perSecond, underWay }: Measure): number {
  const parts = partsOf(deploymentConfig);
  const [first, last] = [parts[0], parts.at(-1)];
  // Start all of them together: the sooner an alarm is evaluated, the better.
  if (first === undefined || last === undefined) return FASTEST;
  const exposed = parts.reduce((sum, { share, minutes }) => sum + share * minutes, 0) - last.share * UNSEEN;
  // What is under way when the first share goes over becomes ready before the first that meets the new version.
  const speed = (60 * exposed * perSecond) / (TO_MEET + first.share * underWay);
  return Math.max(SLOWEST, Math.min(FASTEST, Math.floor(speed)));
}
