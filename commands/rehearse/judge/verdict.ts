import type { Expectation } from './expectations.ts';
import type { Release, Story, Verdict } from '../story.ts';

/** The live versions at the end, by function folder. */
export type Serving = ReadonlyMap<string, string>;

/** Evaluates whether a rehearsal ended as expected. Reads everything in the story except its verdict. */
export function verdictOf(story: Story, expectation: Expectation, serving: Serving): Verdict {
  const outcome = outcomeOf(story.releases, serving);
  const guard = guardOf(story);
  const problems = [
    ...wrongEnd(story, expectation, outcome, guard),
    ...story.releases.flatMap((release) => wrongVersion(release, serving, expectation)),
    ...wrongImages(story),
  ];
  return {
    asExpected: problems.length === 0,
    outcome,
    ...(guard !== undefined && { guard }),
    expected: expectation.sentence,
    problems,
  };
}

function outcomeOf(releases: readonly Release[], serving: Serving): Verdict['outcome'] {
  if (releases.length === 0) return 'neither';
  if (releases.every(({ name, newVersion, status }) => status === 'Succeeded' && serving.get(name) === newVersion))
    return 'released';
  return releases.every(({ name, oldVersion }) => serving.get(name) === oldVersion) ? 'rolled back' : 'neither';
}

/** The check that ended the first release. A release that was stopped because of another one has none. */
export function guardOf({ releases, alarms }: Story): string | undefined {
  const [first] = releases
    .filter(({ status, reason = '' }) => (status === 'Failed' || status === 'Stopped') && !wasStoppedByHand(reason))
    .toSorted((a, b) => endOf(a) - endOf(b));
  if (first === undefined) return undefined;
  if (/^ALARM_ACTIVE/u.test(first.reason ?? '')) {
    const [alarm] = alarms
      .filter(({ stopsRelease }) => stopsRelease)
      .flatMap(({ name, states }) => states.filter(({ state }) => state === 'ALARM').map(({ at }) => ({ name, at })))
      .toSorted((a, b) => a.at - b.at);
    return alarm?.name ?? 'an alarm';
  }
  const event = first.lifecycleEvents.find(({ status }) => status === 'Failed')?.name;
  if (event === 'BeforeAllowTraffic') return 'verify-before-traffic';
  return event === 'AfterAllowTraffic' ? 'verify-after-traffic' : undefined;
}

/** The reason of a release that was rolled back after it succeeded, in the format of CodeDeploy's reasons. */
export const ROLLED_BACK_WITH_OTHER = 'TAKEN_BACK: it had succeeded, and is taken back with the other release.';

function wasStoppedByHand(reason: string): boolean {
  return reason.startsWith('MANUAL_STOP') || reason === ROLLED_BACK_WITH_OTHER;
}

function endOf({ lifecycleEvents }: Release): number {
  return Math.max(0, ...lifecycleEvents.map(({ endedAt = 0 }) => endedAt));
}

function wrongEnd(
  story: Story,
  { guards, otherReason }: Expectation,
  outcome: Verdict['outcome'],
  guard: string | undefined,
): string[] {
  const expected = guards.length === 0 ? 'released' : 'rolled back';
  if (outcome !== expected) return [`it was to be ${expected}, and is ${outcome}`];
  if (expected === 'released') return [];
  if (guard === undefined || !guards.includes(guard))
    return [`it was ended by ${guard ?? 'no guard'}, and not by ${guards.join(' or ')}`];
  const report = story.releases.find(({ report: one }) => one?.hook === guard && one.verdict === 'Failed')?.report;
  const other = otherReason?.(report, story);
  return other === undefined ? [] : [other];
}

function wrongVersion({ name, oldVersion, newVersion }: Release, serving: Serving, { guards }: Expectation): string[] {
  const expected = guards.length === 0 ? newVersion : oldVersion;
  const serves = serving.get(name);
  return serves === expected ? [] : [`${name}: version ${serves ?? '?'} serves, and not ${expected}`];
}

function wrongImages({ uploads: { lost, wrong, sent } }: Story): string[] {
  return [
    ...(sent === 0 ? ['no image was uploaded meanwhile'] : []),
    ...(lost === 0 ? [] : [`${lost === 1 ? '1 image was' : `${String(lost)} images were`} lost`]),
    ...(wrong === 0 ? [] : [`${wrong === 1 ? '1 image is' : `${String(wrong)} images are`} wrong a minute after`]),
  ];
}
