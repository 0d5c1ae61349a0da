import type { Alarm, HookReport, Release, LifecycleEvent, Story } from '../story.ts';

/** Values derived from a story. The terminal and the page both use them, so they agree. */

/** The new version's share of the invocations at a time, 0 to 1; 0 before the first observed weight. */
export function shareAt({ weights }: Release, at: number): number {
  return weights.findLast((weight) => weight.at <= at)?.share ?? 0;
}

export function currentShare({ weights }: Release): number {
  return weights.at(-1)?.share ?? 0;
}

/** The highest share that the new version ever had, 0 to 1. */
export function highestShare(release: Release): number {
  return Math.max(0, ...release.weights.map(({ share }) => share));
}

export type Totals = { invocations: number; errors: number };

const NONE: Totals = { invocations: 0, errors: 0 };

/** The last observed totals of one version at a time. */
export function totalsAt({ counts }: Release, version: string, at = Infinity): Totals {
  return counts.findLast((count) => count.at <= at && version in count.byVersion)?.byVersion[version] ?? NONE;
}

/** Whether the new version was rolled back, or is being rolled back. A release can be rolled back after it succeeded. */
export function isRolledBack(release: Release): boolean {
  const { status } = release;
  return status === 'Failed' || status === 'Stopped' || currentShare(release) < highestShare(release);
}

/** When the new version was rolled back: the last time its share fell; if it never had traffic, when a lifecycle event failed. */
export function rolledBackAt(release: Release): number | undefined {
  if (!isRolledBack(release)) return undefined;
  const falls = release.weights.filter(({ share }, index) => share < (release.weights[index - 1]?.share ?? 0));
  if (falls.length > 0) return falls.at(-1)?.at;
  const ends = release.lifecycleEvents.flatMap(({ endedAt }) => (endedAt === undefined ? [] : [endedAt]));
  return (
    release.lifecycleEvents.find(({ status }) => status === 'Failed')?.endedAt ??
    (ends.length > 0 ? Math.max(...ends) : undefined)
  );
}

export function firstRollback(story: Story): number | undefined {
  const moments = story.releases.flatMap((release) => rolledBackAt(release) ?? []);
  return moments.length > 0 ? Math.min(...moments) : undefined;
}

const LIFECYCLE_EVENTS = ['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'] as const;

/** All three lifecycle events, in order, even before CodeDeploy reports them. */
export function lifecycleEventsOf({ lifecycleEvents }: Release): LifecycleEvent[] {
  return LIFECYCLE_EVENTS.map(
    (name) => lifecycleEvents.find((event) => event.name === name) ?? { name, status: 'Pending' },
  );
}

export function eventLasted({ startedAt, endedAt }: LifecycleEvent, now: number): number | undefined {
  return startedAt === undefined ? undefined : Math.max(0, (endedAt ?? now) - startedAt);
}

export function stateAt({ states }: Alarm, at = Infinity): Alarm['states'][number]['state'] {
  return states.findLast((state) => state.at <= at)?.state ?? 'INSUFFICIENT_DATA';
}

/** When an alarm last fired, even if it no longer does. */
export function firedAt({ states }: Alarm): number | undefined {
  return states.findLast(({ state }) => state === 'ALARM')?.at;
}

/** The rollback alarms first; each kind in its given order. */
export function rollbackAlarmsFirst(alarms: readonly Alarm[]): Alarm[] {
  return [...alarms.filter(({ stopsRelease }) => stopsRelease), ...alarms.filter(({ stopsRelease }) => !stopsRelease)];
}

type Picture = HookReport['pictures'][number];

/**
 * The failed pictures: first those that the report lists as failures, in its order, then those with the largest colour difference. Pictures
 * whose colours were not compared come last.
 */
export function failedPictures(report: HookReport | undefined): Picture[] {
  const failed = report?.pictures.filter(({ verdict }) => verdict === 'failed') ?? [];
  const rank = ({ name }: Picture): number => {
    const named = report?.failures.findIndex((failure) => failure.startsWith(`${name}:`)) ?? -1;
    return named === -1 ? failed.length : named;
  };
  return failed.sort((a, b) => rank(a) - rank(b) || (b.distance?.mean ?? -1) - (a.distance?.mean ?? -1));
}
