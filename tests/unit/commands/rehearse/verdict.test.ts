import { expect, test } from '@jest/globals';

import { areAsExpected } from '../../../../commands/rehearse/judge/all.ts';
import { expectations, type Expectation } from '../../../../commands/rehearse/judge/expectations.ts';
import { faults } from '../../../../commands/rehearse/faults/faults.ts';
import type { HookReport, Release, Story } from '../../../../commands/rehearse/story.ts';
import { guardOf, verdictOf, ROLLED_BACK_WITH_OTHER } from '../../../../commands/rehearse/judge/verdict.ts';

type Picture = HookReport['pictures'][number];

const names = ['generate-thumbnails', 'generate-renditions'];
const oldServes = new Map(names.map((name) => [name, '4']));
const newServes = new Map(names.map((name) => [name, '5']));

function release(name: string, changes: Partial<Release> = {}): Release {
  return {
    name,
    deploymentId: `d-${name}`,
    oldVersion: '4',
    newVersion: '5',
    status: 'Succeeded',
    lifecycleEvents: [],
    weights: [],
    counts: [],
    ...changes,
  };
}

function story(releases: Release[], changes: Partial<Story> = {}): Story {
  return {
    fault: 'any',
    about: '',
    deploymentConfig: '',
    speed: 30,
    stackName: '',
    startedAt: '',
    lastedMs: 20_000,
    releases,
    alarms: [],
    uploads: { sent: 40, right: 40, waiting: 0, wrong: 0, lost: 0, course: [], repaired: [] },
    notes: [],
    ...changes,
  };
}

function expectationOf(name: string): Expectation {
  const found = expectations[name];
  if (found === undefined) throw new Error(name);
  return found;
}

/** The hook of one release has failed by this picture, and so the other was stopped. */
function refusedBy(picture: Partial<Picture>, more: Partial<HookReport> = {}): Story {
  const whole: Picture = {
    name: 'orientation-6',
    verdict: 'failed',
    problems: [],
    expected: { status: 'ready', outputs: [] },
    got: { status: 'ready', outputs: [] },
    ms: 10,
    ...picture,
  };
  const report: HookReport = {
    hook: 'verify-before-traffic',
    verdict: 'Failed',
    failures: [],
    pictures: [whole],
    ...more,
  };
  return story([
    release('generate-thumbnails', {
      status: 'Failed',
      reason: 'HOOK_EXECUTION_FAILURE: …',
      lifecycleEvents: [{ name: 'BeforeAllowTraffic', status: 'Failed', endedAt: 6_000 }],
      report,
    }),
    release('generate-renditions', {
      status: 'Stopped',
      reason: 'MANUAL_STOP: …',
      lifecycleEvents: [{ name: 'BeforeAllowTraffic', status: 'Failed', endedAt: 5_900 }],
    }),
  ]);
}

const far = 'its colours are off by 31 in the mean and 80 at worst (at most 3 and 12)';

/** What the hook says of each defect. */
const told: Record<string, Story> = {
  crash: refusedBy({ got: { outputs: [] }, problems: ['no record was written'] }),
  'wrong-size': refusedBy({ problems: ['the file of 128 x 85 webp is 13 x 9 webp'] }),
  rotated: refusedBy({ problems: [`128 x 85 webp: ${far}`], distance: { mean: 31, worst: 80 } }),
  black: refusedBy({ problems: [`128 x 85 webp: ${far}`], distance: { mean: 60, worst: 90 } }),
  slow: refusedBy({ verdict: 'passed' }, { duration: { newMs: 2_100, servingMs: 90, limitMs: 300 } }),
  'leaks-exif': refusedBy({ problems: ['128 x 85 webp carries EXIF'] }),
  'rejects-good': refusedBy({ got: { status: 'rejected', outputs: [] }, problems: ['it is rejected, not ready'] }),
};

test.each(Object.keys(told))('%s ended as expected where the hook has seen just that', (name) => {
  const verdict = verdictOf(told[name] ?? story([]), expectationOf(name), oldServes);
  expect(verdict).toMatchObject({ asExpected: true, outcome: 'rolled back', guard: 'verify-before-traffic' });
});

test.each(Object.keys(told))('%s is not what was expected where the hook was tripped by something else', (name) => {
  const other = refusedBy({ problems: ['it was made by version 4, not by 5'] });
  const { asExpected, problems } = verdictOf(other, expectationOf(name), oldServes);
  expect(asExpected).toBe(false);
  expect(problems).toHaveLength(1);
});

test('a good release is expected to serve', () => {
  const good = story(names.map((name) => release(name)));
  expect(verdictOf(good, expectationOf('good'), newServes)).toMatchObject({ asExpected: true, outcome: 'released' });
  expect(verdictOf(good, expectationOf('good'), oldServes).asExpected).toBe(false);
  expect(verdictOf(good, expectationOf('black'), newServes)).toMatchObject({ asExpected: false });
});

const alarms: Story['alarms'] = [
  { name: 'DeadLettersAlarm', stopsRelease: true, states: [{ at: 12_000, state: 'ALARM' }] },
  { name: 'RenditionsQueueAgeAlarm', stopsRelease: false, states: [{ at: 8_000, state: 'ALARM' }] },
  { name: 'GenerateThumbnailsImagesFailedAlarm', stopsRelease: true, states: [{ at: 9_000, state: 'ALARM' }] },
];

const byAlarm = story(
  names.map((name) =>
    release(name, {
      status: 'Stopped',
      reason: 'ALARM_ACTIVE: …',
      lifecycleEvents: [{ name: 'AllowTraffic', status: 'Failed', endedAt: 9_500 }],
      weights: [
        { at: 0, share: 0 },
        { at: 5_000, share: 0.1 },
        { at: 9_500, share: 0 },
      ],
    }),
  ),
  { alarms },
);

test('the guard is the first alarm that gates, not one that only informs', () => {
  expect(guardOf(byAlarm)).toBe('GenerateThumbnailsImagesFailedAlarm');
  expect(verdictOf(byAlarm, expectationOf('after-traffic'), oldServes).asExpected).toBe(true);
});

test('a guard that fires only when all traffic is on the new version has let everybody feel it', () => {
  const late = {
    ...byAlarm,
    deploymentConfig: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    releases: byAlarm.releases.map((one) => ({
      ...one,
      weights: [
        { at: 5_000, share: 0.1 },
        { at: 8_000, share: 1 },
        { at: 9_500, share: 0 },
      ],
    })),
  };
  expect(verdictOf(late, expectationOf('after-traffic'), oldServes)).toMatchObject({
    asExpected: false,
    outcome: 'rolled back',
    problems: ['the guard fired only when all traffic was on the new version'],
  });
  const allAtOnce = { ...late, deploymentConfig: 'CodeDeployDefault.LambdaAllAtOnce' };
  expect(verdictOf(allAtOnce, expectationOf('after-traffic'), oldServes).asExpected).toBe(true);
});

test('a release that was taken back with the other has no guard of its own, even where it ended first', () => {
  const [first, second] = byAlarm.releases;
  if (first === undefined || second === undefined) throw new Error('there are two');
  const takenBack = release(first.name, { status: 'Stopped', reason: ROLLED_BACK_WITH_OTHER });
  expect(guardOf({ ...byAlarm, releases: [takenBack, second] })).toBe('GenerateThumbnailsImagesFailedAlarm');
  expect(guardOf({ ...byAlarm, releases: [takenBack, release(second.name)] })).toBeUndefined();
});

test('an alarm is no reason to have refused what a hook should have seen', () => {
  expect(verdictOf(byAlarm, expectationOf('black'), oldServes).problems).toEqual([
    'it was ended by GenerateThumbnailsImagesFailedAlarm, and not by verify-before-traffic',
  ]);
});

test('lost and wrong images spoil whatever else went well, and so does a version that should not serve', () => {
  const spoilt = { ...byAlarm, uploads: { ...byAlarm.uploads, lost: 1, wrong: 2 } };
  const serving = new Map([...oldServes, ['generate-renditions', '4 and 5']]);
  expect(verdictOf(spoilt, expectationOf('after-traffic'), oldServes).problems).toHaveLength(2);
  expect(verdictOf(byAlarm, expectationOf('after-traffic'), serving)).toMatchObject({
    asExpected: false,
    outcome: 'neither',
  });
});

test('several rehearsals need 200 images together, one alone does not', () => {
  const ended = (sent: number): Story => ({
    ...byAlarm,
    uploads: { ...byAlarm.uploads, sent },
    verdict: verdictOf(byAlarm, expectationOf('after-traffic'), oldServes),
  });
  expect(areAsExpected([ended(40)])).toBe(true);
  expect(areAsExpected([ended(100), ended(100)])).toBe(true);
  expect(areAsExpected([ended(100), ended(99)])).toBe(false);
  expect(areAsExpected([ended(200), story([])])).toBe(false);
});

test('every fault has its expectation', () => {
  expect(Object.keys(expectations).toSorted()).toEqual(faults.map(({ name }) => name).toSorted());
});
