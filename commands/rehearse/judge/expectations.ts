import { isAllAtOnce } from '../deployment-type.ts';
import { highestShare } from './reading.ts';
import type { HookReport, Story } from '../story.ts';

/** The expected end of a release. */
export type Expectation = {
  /** In one sentence. */
  sentence: string;
  /** The checks that can be the first to stop it; empty for a good release. */
  guards: readonly string[];
  /** If a check failed for a reason other than this defect, describes what it should have found. */
  otherReason?: (report: HookReport | undefined, story: Story) => string | undefined;
};

type Picture = HookReport['pictures'][number];

/** The golden pictures fail, and their problems show this defect. */
function rejectedBefore(what: string, shows: (picture: Picture) => boolean): Expectation {
  return {
    sentence: `Refused before any user sees it: ${what}.`,
    guards: ['verify-before-traffic'],
    otherReason: (report) => {
      const failed = report?.pictures.filter(({ verdict }) => verdict === 'failed') ?? [];
      return failed.some(shows) ? undefined : `no golden picture shows the reason: ${what}`;
    },
  };
}

const isReady = ({ expected, got }: Picture): boolean => expected.status === 'ready' && got.status === 'ready';
const hasProblem = (pattern: RegExp) => (picture: Picture) => picture.problems.some((problem) => pattern.test(problem));
const colours = hasProblem(/colours are off/u);

export const expectations: Readonly<Record<string, Expectation>> = {
  good: { sentence: 'Released: the new version serves everybody.', guards: [] },
  crash: rejectedBefore(
    'no golden picture gets an outcome',
    ({ expected, got }) => expected.status === 'ready' && got.status !== 'ready' && got.status !== 'rejected',
  ),
  'wrong-size': rejectedBefore(
    'files are smaller than their records say',
    (picture) => isReady(picture) && hasProblem(/^the file of .+ is /u)(picture),
  ),
  rotated: rejectedBefore(
    'the colours of pictures that were stored turned are in the wrong places',
    (picture) => isReady(picture) && colours(picture) && (picture.distance?.mean ?? 0) > 0,
  ),
  black: rejectedBefore(
    'the colours of every picture are gone',
    (picture) => isReady(picture) && colours(picture) && (picture.distance?.mean ?? 0) > 0,
  ),
  slow: {
    sentence: 'Refused before any user sees it: the new version is slower than the one that serves.',
    guards: ['verify-before-traffic'],
    otherReason: (report) => {
      const { newMs, limitMs } = report?.duration ?? {};
      if (newMs !== undefined && limitMs !== undefined && newMs > limitMs) return undefined;
      return 'the hook has not found it slower than the version that serves';
    },
  },
  'leaks-exif': rejectedBefore(
    'files carry what a camera wrote',
    (picture) => isReady(picture) && hasProblem(/carries .*exif/iu)(picture),
  ),
  'rejects-good': rejectedBefore(
    'good pictures are rejected',
    ({ expected, got }) => expected.status === 'ready' && got.status === 'rejected',
  ),
  'deletes-live-outputs': {
    sentence: 'Refused before it runs on the schedule: it deletes outputs that records name.',
    guards: ['verify-before-traffic'],
    otherReason: (report) => {
      const problems = report?.cases?.flatMap((one) => one.problems) ?? [];
      return problems.some((problem) => /^the live output .+ is deleted$/u.test(problem))
        ? undefined
        : 'no image of the trial has lost an output that its record names';
    },
  },
  'after-traffic': {
    sentence: 'Rolled back once users feel it: some of their images fail; those that came out black heal.',
    guards: ['GenerateThumbnailsImagesFailedAlarm', 'GenerateThumbnailsErrorsAlarm'],
    otherReason: (_report, { releases, deploymentConfig }) => {
      const share = Math.max(0, ...releases.map(highestShare));
      if (share === 0) return 'nothing of the traffic ever went to the new version';
      return share < 1 || isAllAtOnce(deploymentConfig)
        ? undefined
        : 'the guard fired only when all traffic was on the new version';
    },
  },
};

/** Throws for a fault without an expectation. */
export function expectationOf(fault: string): Expectation {
  const expectation = expectations[fault];
  if (expectation === undefined) throw new Error(`The fault ${fault} has no expectation. Add it to expectations.ts.`);
  return expectation;
}
