import type { Windows } from '../metrics.ts';
import { invalidCombination, invalidValue } from './input.ts';

/** Points of one metric in one request; each is a period, whether or not there is data in it. */
const MOST_WINDOWS = 100_800;

/** Throws AwsError for a period (seconds) that AWS does not take. */
export function checkPeriod(period: number): void {
  if (period > 0 && ([1, 5, 10, 20, 30].includes(period) || period % 60 === 0)) return;
  throw invalidValue(`The parameter Period is ${String(period)}: it must be 1, 5, 10, 20, 30 or a multiple of 60.`);
}

/**
 * The periods from `start` to `end`, milliseconds since 1970: the first begins at the minute (for shorter periods, at such a part of one)
 * in which `start` lies, the last before `end`.
 */
export function windowsOf(start: number, end: number, period: number): Windows {
  if (!(start < end)) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  const grain = Math.min(period, 60) * 1000;
  const first = Math.floor(start / grain) * grain;
  const count = Math.ceil((end - first) / (period * 1000));
  if (count > MOST_WINDOWS) {
    throw invalidCombination(
      `You have requested up to ${String(count)} datapoints, which exceeds the limit of ${String(MOST_WINDOWS)}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  return { axis: 'real', start: first, periodMs: period * 1000, count };
}
