import { expect, test } from '@jest/globals';

import { deploymentConfigName, partsOf } from '../../../../commands/rehearse/deployment-type.ts';
import { measureOf } from '../../../../commands/rehearse/play/measure.ts';
import { FASTEST, speedFor } from '../../../../commands/rehearse/pace.ts';

const canary = deploymentConfigName('Canary10Percent5Minutes');

/** The chance that at most `most` of `all` images meet a version that has this share of the traffic. */
function chance(all: number, share: number, most: number): number {
  let [term, sum] = [(1 - share) ** all, 0];
  for (let k = 0; k <= most; k++) {
    sum += term;
    term *= ((all - k) / (k + 1)) * (share / (1 - share));
  }
  return sum;
}

/** Images that meet the new version in time, where the machine is as fast as it was measured: those that are made ready, but in the last minute. */
function seen(perSecond: number, underWay: number): number {
  const seconds = (4 * 60) / speedFor(canary, { perSecond, underWay });
  return Math.floor(seconds * perSecond - underWay);
}

test.each([
  [8, 8],
  [8, 60],
  [4, 20],
  [3, 10],
])(
  'of %d images a second, %d of them under way, a canary has enough for four to meet the new version but once in 3,000',
  (perSecond, underWay) => {
    expect(chance(seen(perSecond, underWay), 0.1, 3)).toBeLessThan(1 / 3000);
  },
);

test('no machine is so fast that all goes by faster than was tried, or seems so slow that a canary lasts for minutes', () => {
  expect(speedFor(canary, { perSecond: 1000, underWay: 0 })).toBe(FASTEST);
  expect(speedFor(canary, { perSecond: 0, underWay: 60 })).toBe(3);
});

test('longer canaries and steps need not be slowed down as much, and all at once not at all', () => {
  const speeds = [
    'Canary10Percent5Minutes',
    'Canary10Percent10Minutes',
    'Linear10PercentEvery1Minute',
    'AllAtOnce',
  ].map((type) => speedFor(deploymentConfigName(type), { perSecond: 3, underWay: 10 }));
  expect(speeds).toEqual(speeds.toSorted((a, b) => a - b));
  expect(speeds[0]).toBeLessThan(speeds[1] ?? 0);
  expect(speeds.at(-1)).toBe(FASTEST);
});

test('knows how traffic goes over by each type', () => {
  expect(partsOf(deploymentConfigName('Canary10Percent30Minutes'))).toEqual([{ share: 0.1, minutes: 30 }]);
  expect(partsOf(deploymentConfigName('Linear10PercentEvery1Minute'))).toHaveLength(9);
  expect(partsOf(deploymentConfigName('Linear10PercentEvery10Minutes')).at(-1)).toEqual({ share: 0.9, minutes: 10 });
  expect(partsOf(deploymentConfigName('AllAtOnce'))).toEqual([]);
});

test('a machine is as fast as it was in the last three seconds, not while its functions began', () => {
  const looks = [0, 0, 0, 2, 8, 14, 20, 26, 32].map((right, n) => ({ at: n * 1000, right, waiting: 40 - n }));
  expect(measureOf(looks)).toEqual({ perSecond: 6, underWay: 32 });
  expect(measureOf(looks.slice(0, 3)).perSecond).toBe(0);
  // Nothing for a while is no standstill.
  const stuck = [0, 6, 12, 12, 12, 12].map((right, n) => ({ at: 1000 + n * 1000, right, waiting: 9 }));
  expect(measureOf(stuck).perSecond).toBe(2);
  // All at one look: no more is known than that they took until then.
  expect(measureOf([{ at: 4000, right: 16, waiting: 0 }]).perSecond).toBe(4);
});
