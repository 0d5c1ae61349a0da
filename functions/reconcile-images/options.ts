import { InvalidEventError } from '../shared/images/errors.ts';

/** What a person may ask of a run; the schedule asks for nothing. */
export type Options = {
  /** Act on listings that look implausibly empty: somebody has looked, and it is true. */
  evenIfImplausible: boolean;
  /** How long an image is left alone after it was uploaded or last worked on, since its events are probably still on their way. ms. */
  graceMs: number;
};

const GRACE_MINUTES = 15;

/** Reads the options out of an event: `{"evenIfImplausible": true, "graceMinutes": 0}`. Throws InvalidEventError for other values. */
export function readOptions(event: unknown): Options {
  const asked = typeof event === 'object' && event !== null ? event : {};
  const evenIfImplausible: unknown = 'evenIfImplausible' in asked ? asked.evenIfImplausible : false;
  const minutes: unknown = 'graceMinutes' in asked ? asked.graceMinutes : GRACE_MINUTES;
  if (typeof evenIfImplausible !== 'boolean') throw new InvalidEventError('evenIfImplausible must be true or false');
  if (typeof minutes !== 'number' || !(minutes >= 0)) throw new InvalidEventError('graceMinutes must be 0 or more');
  return { evenIfImplausible, graceMs: minutes * 60_000 };
}
