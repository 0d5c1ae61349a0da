import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { renditions, thumbnails } from '../../../functions/shared/images/recipe.ts';
import { sizeOutputs } from '../../../functions/shared/imaging/sizes.ts';

const side = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(1, 2, 128, 640, 1280, 2048, 16_383, 20_000));

test.each([thumbnails, renditions])(
  '$name: never enlarged, never empty, never the same twice, always in shape',
  ({ outputs }) => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const sized = sizeOutputs({ width, height }, outputs);
        for (const output of sized) {
          expect(output.width).toBeLessThanOrEqual(width);
          expect(output.height).toBeLessThanOrEqual(Math.min(height, 16_383));
          expect(Math.min(output.width, output.height)).toBeGreaterThanOrEqual(1);
          // Within half a pixel of the true proportion, on the side that was rounded.
          const scale = Math.min(1, output.width / width, output.height / height);
          expect(Math.abs(output.width - Math.max(1, width * scale))).toBeLessThanOrEqual(1 + (0.5 * width) / height);
          expect(Math.abs(output.height - Math.max(1, height * scale))).toBeLessThanOrEqual(1 + (0.5 * height) / width);
        }
        expect(new Set(sized.map((output) => `${output.width}.${output.format}`)).size).toBe(sized.length);
        for (const { format } of outputs) expect(sized.some((output) => output.format === format)).toBe(true);
      }),
    );
  },
);

test('the widths of a recipe are exact wherever the picture is wide enough and of a usual shape', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2048, max: 20_000 }),
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      (width, ratio) => {
        const sized = sizeOutputs({ width, height: Math.max(1, Math.round(width * ratio)) }, renditions.outputs);
        expect(sized.map((output) => output.width)).toEqual(renditions.outputs.map((output) => output.width));
      },
    ),
  );
});
