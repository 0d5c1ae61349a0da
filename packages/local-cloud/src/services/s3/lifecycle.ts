import type { Clock } from '../../core/clock.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Buckets } from './buckets.ts';
import type { Cause } from './event-record.ts';
import { filterMatches, midnightAfter } from './lifecycle-rules.ts';
import type { LifecycleRule, Version } from './model.ts';
import type { MultipartUploads } from './multipart.ts';
import type { Objects } from './objects.ts';
import type { Versions } from './versions.ts';

export type LifecycleParts = { buckets: Buckets; versions: Versions; objects: Objects; uploads: MultipartUploads };

const DAY_MS = 24 * 60 * 60_000;

/** Applies the rules of all buckets now, once, and then at every midnight (UTC) of the cloud's time, as S3 does. */
export function startLifecycle(
  context: Pick<ServiceContext, 'clock' | 'random' | 'stopping'>,
  parts: LifecycleParts,
): void {
  const { clock, stopping } = context;
  void (async () => {
    for (let wait = DAY_MS - (clock.now().getTime() % DAY_MS); ; wait = DAY_MS) {
      await clock.wait(wait, stopping);
      if (stopping.aborted) return;
      applyLifecycle(context, parts);
    }
  })();
  // What fell due while the cloud was off. Not in this turn: the targets of the events are made after us.
  setImmediate(() => {
    if (!stopping.aborted) applyLifecycle(context, parts);
  });
}

/** Removes what the rules say is over. */
export function applyLifecycle(
  { clock, random }: Pick<ServiceContext, 'clock' | 'random'>,
  { buckets, versions, objects, uploads }: LifecycleParts,
): void {
  const cause: Cause = {
    requestId: random.hex(16).toUpperCase(),
    hostId: random.hex(32),
    principalId: 's3.amazonaws.com',
    sourceIpAddress: 's3.amazonaws.com',
  };
  for (const { name: bucket, lifecycle = [] } of buckets.list()) {
    const rules = lifecycle.filter(({ enabled }) => enabled);
    if (rules.length === 0) continue;
    for (const key of versions.keys(bucket).toArray()) {
      const newestFirst = versions.ofKey(bucket, key).toReversed();
      for (const [index, version] of newestFirst.entries()) {
        const newer = newestFirst[index - 1];
        if (newer !== undefined) {
          if (noncurrentIsOver(rules, version, newer, index - 1, clock)) {
            objects.removeVersion(bucket, key, version.versionId, 'LifecycleExpiration', cause);
          }
        } else if (version.kind === 'object') {
          if (currentIsOver(rules, version, clock)) objects.remove(bucket, key, 'LifecycleExpiration', {}, cause);
        } else if (newestFirst.length === 1 && markerIsOver(rules, version, clock)) {
          objects.removeVersion(bucket, key, version.versionId, 'LifecycleExpiration', cause);
        }
      }
    }
    for (const upload of uploads.list(bucket)) {
      const over = rules.some(
        ({ filter, abortMultipartAfterDays: days }) =>
          days !== undefined && upload.key.startsWith(filter.prefix) && daysAreOver(upload.initiated, days, clock),
      );
      if (over) uploads.abort(upload);
    }
  }
}

function currentIsOver(rules: readonly LifecycleRule[], version: Version, clock: Clock): boolean {
  return rules.some(
    ({ filter, expirationDays: days, expirationDate: date }) =>
      filterMatches(filter, version) &&
      ((days !== undefined && daysAreOver(version.lastModified, days, clock)) ||
        (date !== undefined && Date.parse(date) <= clock.now().getTime())),
  );
}

/** A marker that is all that is left of its key; a rule that expires objects by days takes such markers, too, once they are as old. */
function markerIsOver(rules: readonly LifecycleRule[], marker: Version, clock: Clock): boolean {
  return rules.some(
    ({ filter, expiresDeleteMarkers, expirationDays: days }) =>
      filterMatches(filter, marker) &&
      (expiresDeleteMarkers === true || (days !== undefined && daysAreOver(marker.lastModified, days, clock))),
  );
}

/** A version is noncurrent since the one after it came. */
function noncurrentIsOver(
  rules: readonly LifecycleRule[],
  version: Version,
  newer: Version,
  newerNoncurrent: number,
  clock: Clock,
): boolean {
  return rules.some(
    ({ filter, noncurrentExpiration: rule }) =>
      rule !== undefined &&
      filterMatches(filter, version) &&
      newerNoncurrent >= (rule.keep ?? 0) &&
      daysAreOver(newer.lastModified, rule.days, clock),
  );
}

/** Are so many days since `iso` over, at the last midnight UTC? A clock that runs faster ages what lies here faster. */
function daysAreOver(iso: string, days: number, clock: Clock): boolean {
  const since = Date.parse(iso);
  const now = since + (clock.now().getTime() - since) * clock.factor;
  return midnightAfter(iso, days) <= now;
}
