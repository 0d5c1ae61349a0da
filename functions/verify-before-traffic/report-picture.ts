import { imageOf, type Attempted, type Target } from './attempt.ts';
import type { Expectation } from './expectation.ts';
import type { GoldenPicture } from './golden.ts';
import type { Ports } from './ports.ts';
import { judge } from './judge.ts';
import type { File, Got } from './found.ts';
import type { PictureReport, Size } from './report.ts';

/** Evaluates the result for one picture, and logs it if it failed. */
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

/** The largest output: any problem is most visible there. */
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
