import { forEach } from '../shared/for-each.ts';
import type { Options } from './options.ts';
import type { Act, Clock, Finding } from './plan.ts';
import type { Ports } from './ports.ts';

/** What a run has done so far. */
export type Counts = {
  originals: number;
  records: number;
  outputs: number;
  /** Images announced. */
  announced: number;
  /** Records whose original is gone. */
  gone: number;
  /** Records marked stale. */
  marked: number;
  /** Orphaned outputs deleted. */
  deleted: number;
  /** Orphaned outputs that are left, because this run was not confirmed by the schedule. */
  unconfirmed: number;
  /** Images, records or outputs that could not be read, marked, announced or deleted. */
  failed: number;
};

/** An act in a few words, for the comparison of plan and result. */
export type Planned = { act: Act['act']; key: string; findings?: readonly Finding[] };

export type Run = {
  readonly ports: Ports;
  readonly counts: Counts;
  readonly options: Options;
  /** All that was planned, within limits; without limits it would be too much to keep. */
  readonly planned: Planned[];
  /** Images that this run has seen in the uploads bucket: nothing needs to ask for their originals again. */
  readonly listed: Set<string>;
  /** Ids of the images that this run has announced: a function may be at work on them, and once is enough. */
  readonly announced: Set<string>;
  /** Outputs that no record names, deleted or not. */
  orphans: number;
  /** The upload time of the oldest image without an outcome. */
  pendingSince?: string;
  /** What the first failure was. */
  firstFailure?: string;
};

/** How a run ended: everything that was due was looked at; or there is more, and the next run continues where this one stopped. */
export type Ending = 'finished' | 'out of time' | 'enough announced' | 'another run is at work';

/** Republished images in one run (give or take a page): repairs must not delay new uploads. */
export const MAX_ANNOUNCED = 1_000;

/** So many ids are kept, some 100 bytes each; of further images the originals are asked for one by one. */
export const MOST_LISTED = 500_000;

export function newRun(ports: Ports, options: Options): Run {
  const counts: Counts = {
    ...{ originals: 0, records: 0, outputs: 0 },
    ...{ announced: 0, gone: 0, marked: 0, deleted: 0, unconfirmed: 0, failed: 0 },
  };
  return { ports, counts, options, planned: [], listed: new Set(), announced: new Set(), orphans: 0 };
}

export function clockOf({ ports, options }: Run): Clock {
  return { now: ports.now().getTime(), graceMs: options.graceMs };
}

/**
 * Does the work for each item, a few at a time, and records those it fails for: one object that S3 does not show us (encrypted with a
 * key of its uploader's, for example) must not keep all that is listed after it from being looked at, run after run.
 */
export function forEachContinueOnError<Item>(
  run: Run,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  return forEach(items, (item) => work(item).catch((error: unknown) => recordFailure(run, nameOf(item), error)));
}

export function recordFailure(run: Run, name: string, error: unknown): void {
  run.counts.failed++;
  run.firstFailure ??= `${name}: ${String(error)}`;
}

export function earliest(...times: readonly (string | undefined)[]): string | undefined {
  return times.filter((time) => time !== undefined).sort()[0];
}
