import { oneLine } from '../../shared/text.ts';
import { guardLabel } from '../judge/guard-label.ts';
import type { Release, Story } from '../story.ts';
import { currentShare, highestShare, isRolledBack, rolledBackAt, totalsAt } from '../judge/reading.ts';
import { count, percent, seconds } from './words.ts';

/** What happened and why, in sentences that the terminal and the page share. */

/** What the new version is, in the words of a sentence: its number, where all releases have the same. */
function newVersion(story: Story): string {
  const numbers = new Set(story.releases.map(({ newVersion: number }) => number));
  return numbers.size === 1 ? `version ${oneLine([...numbers].join(''))}` : 'the new version';
}

/** How it ended, in one sentence; where there is little room for long names, without the guard's. */
export function headline(story: Story, { naming = true } = {}): string {
  const { verdict } = story;
  if (verdict === undefined) return 'The release is under way.';
  const by = naming && verdict.guard !== undefined ? ` by ${guardLabel(verdict.guard, story.stackName)}` : '';
  const share = Math.max(0, ...story.releases.map(highestShare));
  const repaired = story.uploads.wrong === 0 ? `; what ${newVersion(story)} made has healed` : '';
  switch (verdict.outcome) {
    case 'released':
      return verdict.asExpected
        ? `Released: ${newVersion(story)} serves everybody.`
        : 'Released, but not as it should have been.';
    case 'rolled back':
      if (!verdict.asExpected) return `Rolled back${by}, but not as it should have been.`;
      return share === 0
        ? `Refused${by} before any user saw it.`
        : `Rolled back${by} at ${percent(share)} of the traffic${repaired}.`;
    case 'neither':
      return 'Neither released nor rolled back.';
  }
}

/** What became of the images: at the verdict, and, once they were looked at again, also then. A sentence or two each. */
export function imageSentences({ uploads, lastedMs }: Story): string[] {
  const { sent, lost, wrong, recheck } = uploads;
  const found = `${String(lost)} lost, ${String(wrong)} wrong`;
  const whole = `${count(sent, 'image')} uploaded meanwhile: ${found} at the end. ${seconds(lastedMs)} in all.`;
  return recheck === undefined ? [whole] : [whole, `Looked at again ${recheckLabel(recheck)}: ${found}.`];
}

/** `61.0 s after the verdict`, and how long that is on AWS where its clock goes slower. */
export function recheckLabel({ afterMs, speed }: NonNullable<Story['uploads']['recheck']>): string {
  const onAws = speed === 1 ? '' : ` (${seconds(afterMs * speed)} by the cloud's clock)`;
  return `${seconds(afterMs)} after the verdict${onAws}`;
}

/** Why CodeDeploy ended a release, by its code; the alarms by their own names. What it says besides is the same each time. */
export function reasonOf({ reason = '' }: Release, stackName: string): string {
  const [code = ''] = /^[A-Z_]+(?=:)/u.exec(reason) ?? [];
  if (code === 'ALARM_ACTIVE') {
    const alarms = [...reason.matchAll(/<([^>]+)>/gu)].map(([, name = '']) => guardLabel(name, stackName));
    if (alarms.length > 0) return `${code}: ${alarms.join(', ')}`;
  }
  const hook = /(?:Before|After)AllowTraffic: .+$/u.exec(reason)?.[0];
  if (code === 'HOOK_EXECUTION_FAILURE' && hook !== undefined) return oneLine(`${code}: ${hook}`);
  return oneLine(reason);
}

/** Why the release ended as it did: what the hook found or the alarm saw, else what CodeDeploy says of the one that ended first. */
export function causeOf(story: Story): string {
  const rolledBack = story.releases
    .filter(isRolledBack)
    .toSorted((a, b) => (rolledBackAt(a) ?? Infinity) - (rolledBackAt(b) ?? Infinity));
  const guard = story.verdict?.guard;
  const reports = rolledBack.map(({ report }) => report).filter((report) => report?.hook === guard);
  const found = reports.find((report) => report?.verdict === 'Failed')?.failures[0];
  if (found !== undefined) return oneLine(found);
  const fired = story.alarms.find(({ name }) => name === guard)?.states.find(({ state }) => state === 'ALARM')?.at;
  if (fired !== undefined) return `the alarm fired at ${seconds(fired)}${errorsOf(rolledBack)}`;
  return oneLine(rolledBack.find(({ reason }) => reason !== undefined)?.reason ?? '');
}

/** Of the withdrawn versions, the one with the most errors; '' where none had any: alarms look at other things as well. */
function errorsOf(rolledBack: readonly Release[]): string {
  const [worst] = rolledBack
    .map((release) => ({ name: release.name, version: release.newVersion, ...totalsAt(release, release.newVersion) }))
    .toSorted((a, b) => b.errors - a.errors);
  if (worst === undefined || worst.errors === 0) return '';
  const { name, version, invocations, errors } = worst;
  return `; version ${oneLine(version)} of ${oneLine(name)} had ${count(errors, 'error')} in ${count(invocations, 'invocation')}`;
}

/** The current step of a release, for people who see one for the first time. */
export function currentActivity(release: Release): string {
  const { status, lifecycleEvents } = release;
  const [old, young] = [`version ${oneLine(release.oldVersion)}`, `version ${oneLine(release.newVersion)}`];
  if (isRolledBack(release)) return `withdrawn: ${old} serves everybody`;
  if (status === 'Succeeded') return `${young} serves everybody`;
  const running = lifecycleEvents.find((event) => event.status === 'InProgress')?.name;
  switch (running) {
    case 'BeforeAllowTraffic':
      return `a hook tries ${young}; users are still served by ${old}`;
    case 'AllowTraffic':
      return currentShare(release) === 0
        ? `${young} is about to serve its first users`
        : `${percent(currentShare(release))} go to ${young}, and alarms watch it`;
    case 'AfterAllowTraffic':
      return `all goes to ${young}; a hook sends one more image through`;
    case undefined:
      return status === 'Created' ? `waits to begin; ${old} serves` : 'between two stages';
  }
}
