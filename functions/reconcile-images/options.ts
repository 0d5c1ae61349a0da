import { InvalidEventError } from '../shared/images/errors.ts';
import { isObject } from '../shared/json.ts';

/** The images that a hook made up for a trial: objects of VerificationBucket below `prefix`, and the images that `names` name there. */
export type Limits = {
  /** Ends with a slash. */
  prefix: string;
  /** Below the prefix; originals of these names need not exist. */
  names: readonly string[];
};

/** What one run is to do. */
export type Options = {
  /** Act on listings that look implausibly empty: an operator has checked, and it is true. */
  evenIfImplausible: boolean;
  /** How long an image is left alone after it was uploaded or last worked on, because its events are probably still on their way. ms. */
  graceMs: number;
  /** An output that no record names is an orphan once it is older than this. ms. */
  orphanAgeMs: number;
  /** Orphans are deleted. Without this they are planned and counted only. */
  deletes: boolean;
  /** It is one of the hourly runs, which count the hours until the next full pass. */
  isScheduled: boolean;
  /** Begin a full pass even if none is due, or continue the one that is in progress. Recent uploads are part of it. */
  full: boolean;
  /** Absent: everything. */
  limits?: Limits;
};

const MINUTE = 60_000;
const GRACE_MINUTES = 15;

/** What no record names after this long, none ever will: no attempt lasts a quarter of it. */
const ORPHAN_MINUTES = 60;

/**
 * Reads the options out of an event, and throws InvalidEventError for values that mean nothing:
 *
 * - `{"confirmDeletions": true}`: the schedule's Input in template.yaml, and nothing else sends it unasked;
 * - `{"pass": "full", "graceMinutes": 0, "evenIfImplausible": true}`: what an operator may ask for, each member alone or with others;
 * - `{"verification": {"prefix": "d-…/", "names": ["a.jpg"]}, "graceMinutes": 0, "orphanMinutes": 0}`: a hook's trial. It reaches nothing
 *   but these images, so that it needs no confirmation; and only a trial may ask for younger orphans.
 */
export function readOptions(event: unknown): Options {
  const asked = isObject(event) ? event : {};
  const limits = asked['verification'] === undefined ? undefined : readLimits(asked['verification']);
  const confirmed = booleanOf(asked, 'confirmDeletions');
  const pass = asked['pass'] ?? 'due';
  if (pass !== 'due' && pass !== 'full') throw new InvalidEventError('pass must be "full", or absent');
  if (limits === undefined && asked['orphanMinutes'] !== undefined) {
    throw new InvalidEventError(
      'orphanMinutes is for a trial within limits: give verification as well, or leave it out',
    );
  }
  if (limits !== undefined && confirmed) {
    throw new InvalidEventError(
      'verification and confirmDeletions exclude each other: a trial deletes nothing outside its limits',
    );
  }
  return {
    evenIfImplausible: booleanOf(asked, 'evenIfImplausible'),
    graceMs: minutesOf(asked, 'graceMinutes', GRACE_MINUTES) * MINUTE,
    orphanAgeMs: minutesOf(asked, 'orphanMinutes', ORPHAN_MINUTES) * MINUTE,
    deletes: confirmed || limits !== undefined,
    isScheduled: confirmed,
    full: pass === 'full' || limits !== undefined,
    ...(limits && { limits }),
  };
}

function readLimits(value: unknown): Limits {
  const { prefix, names } = isObject(value) ? value : {};
  // A prefix of `/` or nothing would be the whole bucket, where other hooks are at work.
  if (typeof prefix !== 'string' || !/^[^/].*\/$/su.test(prefix)) {
    throw new InvalidEventError('verification.prefix must be a folder of VerificationBucket, such as "d-1/7/"');
  }
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string' && name !== '')) {
    throw new InvalidEventError('verification.names must be the names of images below the prefix');
  }
  return { prefix, names: names as string[] };
}

function booleanOf(asked: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = asked[name] ?? false;
  if (typeof value !== 'boolean') throw new InvalidEventError(`${name} must be true or false`);
  return value;
}

function minutesOf(asked: Readonly<Record<string, unknown>>, name: string, otherwise: number): number {
  const value = asked[name] ?? otherwise;
  if (typeof value !== 'number' || !(value >= 0)) throw new InvalidEventError(`${name} must be 0 or more`);
  return value;
}
