import sharp, { type Sharp } from 'sharp';
import { drawSample } from '../../commands/sample-picture.ts';
import type { Alarm, HookReport, Release, LifecycleEvent, Story } from '../../commands/rehearse/story.ts';
import './open-libvips.ts';

/** Rehearsals as they might have gone, to draw: the good release, one that a hook refuses, one that an alarm ends. */
export type SampleStories = { good: Story; rotated: Story; afterTraffic: Story };

export async function sampleStories(): Promise<SampleStories> {
  const scenes = await Promise.all([11, 15, 42].map((index) => drawSample(index, { megapixels: 0.03 })));
  const sceneOf = (index: number): Uint8Array => scenes[index % scenes.length] ?? new Uint8Array();
  const pictures = await Promise.all(GOLDEN.map((_, index) => drawGolden(sceneOf(index), index)));
  const healed = await Promise.all([0, 1, 2].map((index) => drawHealed(sceneOf(index))));
  return { good: good(pictures), rotated: rotated(pictures), afterTraffic: afterTraffic(pictures, healed) };
}

/** The story as it was known at a moment of it: what the terminal was given then. */
export function storyAt(story: Story, at: number): Story {
  if (at >= story.lastedMs) return story;
  const rest = { ...story };
  delete rest.verdict;
  const until = <T extends { at: number }>(list: readonly T[]): T[] => list.filter((one) => one.at <= at);
  const course = until(story.uploads.course);
  const { sent, right, wrong } = course.at(-1) ?? { sent: 0, right: 0, wrong: 0 };
  return {
    ...rest,
    lastedMs: at,
    notes: until(story.notes),
    alarms: story.alarms.map((alarm) => ({ ...alarm, states: until(alarm.states) })),
    uploads: { ...story.uploads, sent, right, wrong, waiting: sent - right - wrong, course, repaired: [] },
    releases: story.releases.map((release) => releaseAt(release, at)),
  };
}

function releaseAt(release: Release, at: number): Release {
  const { report, reason, ...rest } = release;
  const lifecycleEvents = release.lifecycleEvents.map((event): LifecycleEvent => {
    if (event.startedAt === undefined || event.startedAt > at) return { name: event.name, status: 'Pending' };
    if ((event.endedAt ?? 0) <= at) return event;
    return { name: event.name, status: 'InProgress', startedAt: event.startedAt };
  });
  const hookEnded = (release.lifecycleEvents[0]?.endedAt ?? Infinity) <= at;
  const ended = Math.max(...release.lifecycleEvents.map(({ endedAt }) => endedAt ?? 0)) <= at;
  const begun = (release.lifecycleEvents[0]?.startedAt ?? 0) <= at;
  return {
    ...rest,
    ...(hookEnded && report && { report }),
    ...(ended && reason !== undefined && { reason }),
    status: ended ? release.status : begun ? 'InProgress' : 'Created',
    lifecycleEvents,
    weights: release.weights.filter((one) => one.at <= at),
    counts: release.counts.filter((one) => one.at <= at),
  };
}

const GOLDEN = [
  'orientation-1-upright',
  'orientation-2-mirrored',
  'orientation-3-upside-down',
  'orientation-4-mirrored-upside-down',
  'orientation-5-mirrored-left',
  'orientation-6-left',
  'orientation-7-mirrored-right',
  'orientation-8-right',
  'cmyk',
  'alpha',
  'display-p3',
  'progressive',
  'animated',
] as const;

const SMALL = { width: 144, height: 96 };

type Drawn = { expected: string; got: string };

async function drawGolden(picture: Uint8Array, index: number): Promise<Drawn> {
  const upright = await sharp(picture).resize(SMALL).png().toBuffer();
  const turned = await sharp(await stay(sharp(upright), index).png().toBuffer())
    .resize({ ...SMALL, fit: 'fill' })
    .png()
    .toBuffer();
  return { expected: await dataUri(sharp(upright)), got: await dataUri(sharp(turned)) };
}

/** What a camera did to the picture in each orientation, which the defect does not undo. */
function stay(upright: Sharp, index: number): Sharp {
  const turns = [
    () => upright,
    () => upright.flop(),
    () => upright.rotate(180),
    () => upright.flip(),
    () => upright.rotate(270).flop(),
    () => upright.rotate(270),
    () => upright.rotate(90).flop(),
    () => upright.rotate(90),
  ];
  return (turns[index] ?? (() => upright))();
}

async function drawHealed(picture: Uint8Array): Promise<{ before: string; after: string }> {
  const small = await sharp(picture).resize(SMALL).png().toBuffer();
  const dark = await dataUri(sharp(small).linear(0.06, 0));
  return { before: dark, after: await dataUri(sharp(small)) };
}

async function dataUri(image: Sharp): Promise<string> {
  return `data:image/webp;base64,${(await image.webp({ quality: 70 }).toBuffer()).toString('base64')}`;
}

/** The real 3:2 of a picture, at widths of the recipe. */
const WIDE = [
  { width: 128, height: 85, format: 'webp' },
  { width: 320, height: 213, format: 'webp' },
  { width: 640, height: 427, format: 'webp' },
];
const withBytes = (outputs: typeof WIDE): HookReport['pictures'][number]['got']['outputs'] =>
  outputs.map((output) => ({ ...output, bytes: Math.round(output.width * output.height * 0.07) }));

function passedReport(pictures: readonly Drawn[]): HookReport {
  return {
    hook: 'verify-before-traffic',
    verdict: 'Succeeded',
    failures: [],
    pictures: [
      ...GOLDEN.map((name, index): HookReport['pictures'][number] => ({
        name,
        verdict: 'passed',
        problems: [],
        expected: { status: 'ready', outputs: WIDE },
        got: { status: 'ready', outputs: withBytes(WIDE) },
        distance: { mean: 0.2 + index / 20, worst: 1.1 + index / 5 },
        ms: 120 + index * 17,
        expectedPicture: pictures[index]?.expected ?? '',
        gotPicture: pictures[index]?.expected ?? '',
      })),
      ...['truncated', 'bomb'].map((name): HookReport['pictures'][number] => ({
        name,
        verdict: 'passed',
        problems: [],
        expected: { status: 'rejected', outputs: [] },
        got: { status: 'rejected', reason: 'more than 50 megapixels', outputs: [] },
        ms: 31,
      })),
    ],
  };
}

/** Those whose EXIF orientation says turned stay turned, squeezed into the upright size. */
function rotatedReport(pictures: readonly Drawn[]): HookReport {
  const { pictures: all } = passedReport(pictures);
  return {
    hook: 'verify-before-traffic',
    verdict: 'Failed',
    failures: [
      'orientation-6-left: the colours of 128.webp are 26.4 away on average (CIEDE2000), at most 2 are allowed',
      '7 of 15 pictures are not as they should be',
    ],
    pictures: all.map((picture, index) => {
      const drawn = pictures[index];
      if (drawn === undefined || index < 1 || index > 7) return picture;
      const mean = index === 5 ? 26.4 : 17.3 + ((index * 7) % 11);
      return {
        ...picture,
        verdict: 'failed',
        problems: [`the colours of 128.webp are ${mean.toFixed(1)} away on average (CIEDE2000), at most 2 are allowed`],
        distance: { mean, worst: mean * 2.1 },
        gotPicture: drawn.got,
      };
    }),
  };
}

const LOOK_MS = 500;

/** Looks every half second at a function that is invoked `rate` times a second. */
function countsOf(
  release: Pick<Release, 'oldVersion' | 'newVersion' | 'weights'>,
  lastedMs: number,
  rate: number,
  failing: number,
): Release['counts'] {
  const [old, young] = [
    { invocations: 0, errors: 0 },
    { invocations: 0, errors: 0 },
  ];
  return Array.from({ length: Math.floor(lastedMs / LOOK_MS) }, (_, n) => {
    const at = (n + 1) * LOOK_MS;
    const share = release.weights.findLast((weight) => weight.at < at)?.share ?? 0;
    const all = Math.round((rate * LOOK_MS) / 1000 + Math.sin(n * 1.7) * 1.4 + Math.sin(n / 3) * 0.8);
    const toNew = Math.min(all, Math.round(all * share + (share > 0 && share < 1 ? Math.abs(Math.sin(n * 2.1)) : 0)));
    young.invocations += toNew;
    young.errors += Math.round(toNew * failing);
    old.invocations += all - toNew;
    return { at, byVersion: { [release.oldVersion]: { ...old }, [release.newVersion]: { ...young } } };
  });
}

const ALARMS = [
  ['GenerateThumbnailsErrorsAlarm', true],
  ['GenerateThumbnailsThrottlesAlarm', true],
  ['GenerateThumbnailsImagesFailedAlarm', true],
  ['GenerateRenditionsErrorsAlarm', true],
  ['GenerateRenditionsThrottlesAlarm', true],
  ['GenerateRenditionsImagesFailedAlarm', true],
  ['DeadLettersAlarm', true],
  ['GenerateThumbnailsDurationAlarm', false],
  ['GenerateRenditionsDurationAlarm', false],
  ['RenditionsQueueAgeAlarm', false],
] as const;

function quietAlarms(): Alarm[] {
  return ALARMS.map(([name, stopsRelease], index) => ({
    name,
    stopsRelease,
    states: [
      { at: 0, state: 'INSUFFICIENT_DATA' },
      { at: 1600 + index * 90, state: 'OK' },
    ],
  }));
}

function uploadsOf(
  lastedMs: number,
  sendUntil: number,
  rate: number,
  wrongAt: (at: number) => number,
): Story['uploads'] {
  const course = Array.from({ length: Math.floor(lastedMs / LOOK_MS) + 1 }, (_, n) => {
    const at = n * LOOK_MS;
    const sent = Math.round((Math.min(at, sendUntil) / 1000) * rate);
    const wrong = wrongAt(at);
    const settled = Math.round((Math.max(0, Math.min(at - 1400, sendUntil)) / 1000) * rate);
    return { at, sent, wrong, right: Math.max(0, settled - wrong) };
  });
  const { sent, right, wrong } = course.at(-1) ?? { sent: 0, right: 0, wrong: 0 };
  return { sent, right, wrong, waiting: sent - right - wrong, lost: 0, course, repaired: [] };
}

const FUNCTIONS = [
  { name: 'generate-thumbnails', deploymentId: 'd-7K2QXZ4RA', oldVersion: '3', newVersion: '4', rate: 9 },
  { name: 'generate-renditions', deploymentId: 'd-N01CV8YPB', oldVersion: '3', newVersion: '4', rate: 7 },
] as const;

type Plan = { lifecycleEvents: LifecycleEvent[]; weights: Release['weights']; failing?: number } & Pick<
  Release,
  'status' | 'reason' | 'report'
>;

function releasesOf(lastedMs: number, plan: (index: number) => Plan): Release[] {
  return FUNCTIONS.map(({ rate, ...one }, index) => {
    const { failing = 0, ...planned } = plan(index);
    const release = { ...one, ...planned };
    return { ...release, counts: countsOf(release, lastedMs, rate, failing) };
  });
}

const common = {
  deploymentConfig: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  speed: 30,
  stackName: 'serverless-thumbnails',
  startedAt: '2026-11-20T23:12:04.000Z',
} as const;

function good(pictures: readonly Drawn[]): Story {
  const lastedMs = 24_300;
  return {
    ...common,
    fault: 'good',
    about: 'A release without a defect.',
    lastedMs,
    releases: releasesOf(lastedMs, (index) => ({
      status: 'Succeeded',
      lifecycleEvents: [
        { name: 'BeforeAllowTraffic', status: 'Succeeded', startedAt: 1100, endedAt: 6150 + index * 1300 },
        { name: 'AllowTraffic', status: 'Succeeded', startedAt: 6300 + index * 1300, endedAt: 16_420 + index * 1300 },
        {
          name: 'AfterAllowTraffic',
          status: 'Succeeded',
          startedAt: 16_500 + index * 1300,
          endedAt: 18_900 + index * 1300,
        },
      ],
      weights: [
        { at: 0, share: 0 },
        { at: 6300 + index * 1300, share: 0.1 },
        { at: 16_400 + index * 1300, share: 1 },
      ],
      report: passedReport(pictures),
    })),
    alarms: quietAlarms(),
    uploads: uploadsOf(lastedMs, 22_000, 10, () => 0),
    notes: [
      { at: 0, text: 'versions 3 serve; uploads begin, ten a second' },
      { at: 1000, text: 'version 4 of both functions is published, and its release begins' },
      { at: 20_200, text: 'both aliases serve version 4' },
      { at: 24_300, text: 'all 220 images are as they should be' },
    ],
    verdict: { asExpected: true, outcome: 'released', expected: 'It reaches 100 %.', problems: [] },
  };
}

function rotated(pictures: readonly Drawn[]): Story {
  const lastedMs = 13_800;
  return {
    ...common,
    fault: 'rotated',
    about: 'Pictures that a camera stored turned stay turned, squeezed into the upright size.',
    lastedMs,
    releases: releasesOf(lastedMs, (index) => ({
      status: 'Failed',
      reason:
        'The deployment failed because a lifecycle event hook failed: CodeDeployHook_serverless-thumbnails-verify-before-traffic',
      lifecycleEvents: [
        { name: 'BeforeAllowTraffic', status: 'Failed', startedAt: 1100, endedAt: 6900 + index * 900 },
        { name: 'AllowTraffic', status: 'Skipped' },
        { name: 'AfterAllowTraffic', status: 'Skipped' },
      ],
      weights: [{ at: 0, share: 0 }],
      report: rotatedReport(pictures),
    })),
    alarms: quietAlarms(),
    uploads: uploadsOf(lastedMs, 12_000, 10, () => 0),
    notes: [
      { at: 0, text: 'versions 3 serve; uploads begin, ten a second' },
      { at: 1000, text: 'version 4 of both functions is published, and its release begins' },
      { at: 6900, text: 'verify-before-traffic refuses version 4 of generate-thumbnails: 7 of 15 pictures' },
      { at: 7800, text: 'verify-before-traffic refuses version 4 of generate-renditions: 7 of 15 pictures' },
      { at: 13_800, text: 'all 120 images are as they should be; code and alarms are as before' },
    ],
    verdict: {
      asExpected: true,
      outcome: 'rolled back',
      guard: 'verify-before-traffic',
      expected: 'The hook before traffic sees it: no user is served by it.',
      problems: [],
    },
  };
}

function afterTraffic(pictures: readonly Drawn[], healed: readonly { before: string; after: string }[]): Story {
  const lastedMs = 27_600;
  const wrongAt = (at: number): number => {
    if (at < 7000) return 0;
    if (at < 14_000) return Math.round((at - 7000) / 640);
    return Math.max(0, 11 - Math.round((at - 14_000) / 800));
  };
  const alarms = quietAlarms().map((alarm) =>
    alarm.name.endsWith('GenerateThumbnailsImagesFailedAlarm')
      ? {
          ...alarm,
          states: [...alarm.states, { at: 12_900, state: 'ALARM' as const }, { at: 23_400, state: 'OK' as const }],
        }
      : alarm.name.endsWith('RenditionsQueueAgeAlarm')
        ? {
            ...alarm,
            states: [...alarm.states, { at: 15_100, state: 'ALARM' as const }, { at: 19_000, state: 'OK' as const }],
          }
        : alarm,
  );
  return {
    ...common,
    fault: 'after-traffic',
    about: 'Photographs of one camera, which no golden picture is from, fail or come out black.',
    lastedMs,
    releases: releasesOf(lastedMs, (index) => ({
      status: index === 0 ? 'Failed' : 'Stopped',
      reason:
        'ALARM_ACTIVE: One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <serverless-thumbnails-GenerateThumbnailsImagesFailedAlarm-4>',
      lifecycleEvents: [
        { name: 'BeforeAllowTraffic', status: 'Succeeded', startedAt: 1100, endedAt: 6100 + index * 1100 },
        { name: 'AllowTraffic', status: 'Failed', startedAt: 6300 + index * 1100, endedAt: 13_300 + index * 200 },
        { name: 'AfterAllowTraffic', status: 'Skipped' },
      ],
      weights: [
        { at: 0, share: 0 },
        { at: 6300 + index * 1100, share: 0.1 },
        { at: 13_200 + index * 200, share: 0 },
      ],
      failing: 0.7,
      report: passedReport(pictures),
    })),
    alarms,
    uploads: {
      ...uploadsOf(lastedMs, 25_000, 10, wrongAt),
      repaired: healed.map((pair, index) => ({
        key: `users/rehearsal/after-traffic/${String(71 + index * 9)}.jpg`,
        ...pair,
      })),
    },
    notes: [
      { at: 0, text: 'versions 3 serve; uploads begin, ten a second' },
      { at: 1000, text: 'version 4 of both functions is published, and its release begins' },
      { at: 12_900, text: 'GenerateThumbnailsImagesFailedAlarm fires: 7 of 9 images of version 4 failed' },
      { at: 13_200, text: 'the alias of generate-thumbnails serves version 3 alone' },
      { at: 14_400, text: 'repair-after-rollback marks 11 images of version 4 stale and announces them' },
      { at: 22_500, text: 'the last of 11 images has healed' },
      { at: 27_600, text: 'all 250 images are as they should be; code and alarms are as before' },
    ],
    verdict: {
      asExpected: true,
      outcome: 'rolled back',
      guard: 'GenerateThumbnailsImagesFailedAlarm',
      expected: 'Only real traffic shows it: an alarm ends it during the canary.',
      problems: [],
    },
  };
}
