import type { ReportHead } from '../shared/releases/report.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import { imageOf, type Attempted, type Target } from './attempt.ts';
import type { Distance } from './colours.ts';
import type { Expectation } from './expectation.ts';
import type { GoldenPicture } from './golden.ts';
import { judge, type File, type Got } from './judge.ts';
import type { Ports } from './ports.ts';

/** What is kept of a verification, as JSON: for people, and for the hook that comes after. */
export type Report = ReportHead<'verify-before-traffic'> & {
  recipe: RecipeName;
  /** That the new version works by. */
  recipeVersion: number;
  /** Medians over the same pictures; absent where the two versions cannot be compared. */
  duration?: { newMs: number; servingMs: number; limitMs: number };
  /** The same of the large picture alone: what grows with the pixels shows in nothing smaller. */
  durationOfLarge?: { newMs: number; servingMs: number; limitMs: number };
  /** How many lay in each queue, by its name, when the release began. */
  deadLetters?: Record<string, number>;
  pictures: PictureReport[];
};

export type PictureReport = {
  name: string;
  verdict: 'passed' | 'failed';
  /** What differs, a sentence each. */
  problems: string[];
  expected: { status: string; reason?: string; outputs: Size[] };
  got: { status?: string; reason?: string; outputs: (Size & { bytes: number })[] };
  distance?: Distance;
  /** What the invocation took, as its caller sees it. */
  ms: number;
  /** Small pictures as `data:` URIs: of what it should look like, and of what came out. */
  expectedPicture?: string;
  gotPicture?: string;
};

type Size = { width: number; height: number; format: string };

/** Judges what came of one picture, and logs it if it failed. */
export async function reportPicture(
  ports: Ports,
  target: Target,
  picture: GoldenPicture,
  expected: Expectation,
  { got, ms, eTag }: Attempted,
  recipeVersion: number,
): Promise<PictureReport> {
  const order = { image: imageOf(ports, target, picture), eTag, version: target.version, recipeVersion };
  const { problems, distance } = judge(expected, got, order, ports);
  const shows = clearest(got);
  const gotPicture = shows && (await ports.preview(shows).catch(() => undefined));
  const { status, reason } = got.record ?? {};
  const report: PictureReport = {
    name: picture.name,
    verdict: problems.length === 0 ? 'passed' : 'failed',
    problems,
    expected: {
      status: expected.status,
      ...(expected.status === 'rejected' && { reason: expected.reason }),
      outputs: expected.status === 'ready' ? expected.outputs.map(sizeOf) : [],
    },
    got: {
      ...(status !== undefined && { status }),
      ...(reason !== undefined && { reason }),
      // As they are, where they could be read; else as the record has them.
      outputs: got.outputs.map(({ named, file }) =>
        isFile(file) ? { ...sizeOf(file), bytes: file.bytes } : { ...sizeOf(named), bytes: named.bytes },
      ),
    },
    ...(distance && { distance }),
    ms,
    ...(expected.status === 'ready' && { expectedPicture: ports.sceneNamed(expected.scene).picture }),
    ...(gotPicture !== undefined && { gotPicture }),
  };
  if (problems.length > 0) ports.log.failed(report, order.image);
  return report;
}

/** The largest output: whatever is wrong with it, it is best seen there. */
function clearest({ outputs }: Got): File | undefined {
  return outputs
    .map(({ file }) => file)
    .filter(isFile)
    .toSorted((a, b) => b.width - a.width)[0];
}

function isFile(file: Got['outputs'][number]['file']): file is File {
  return file !== 'absent' && !('damage' in file);
}

function sizeOf({ width, height, format }: Size): Size {
  return { width, height, format };
}
