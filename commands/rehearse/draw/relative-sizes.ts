import type { HookReport } from '../story.ts';

export type Extent = { width: number; height: number };

/**
 * How large expected and got are to be drawn beside each other, each in a square of side 1: at one scale, so that what came out a tenth of
 * its size is seen to be. Where one has no size, it is drawn as large as the other.
 */
export function relativeSizes({ expected, got }: Pick<HookReport['pictures'][number], 'expected' | 'got'>): {
  expected: Extent;
  got: Extent;
} {
  const [a, b] = [expected.outputs[0], got.outputs[0]];
  const longest = Math.max(0, ...[a, b].flatMap((one) => (one === undefined ? [] : [one.width, one.height])));
  const of = (one: Extent | undefined): Extent =>
    one === undefined || longest === 0
      ? { width: 1, height: 1 }
      : { width: one.width / longest, height: one.height / longest };
  return { expected: of(a ?? b), got: of(b ?? a) };
}
