import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { coloursOf, distanceBetween, diagnose } from '../../../functions/verify-before-traffic/colours.ts';

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

function painted(width: number, height: number, colourAt: (x: number, y: number) => Colour) {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set(colourAt(x / width, y / height), (y * width + x) * 4);
  }
  return { width, height, rgba };
}

const red: Colour = [200, 30, 40, 255];
const quarters = (x: number, y: number): Colour => [x < 0.5 ? 20 : 220, y < 0.5 ? 30 : 200, 90, 255];

test('a picture of one colour has that colour in every cell, whatever its size', () => {
  const sizes = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(sizes, sizes, (width, height) => {
      const colours = coloursOf(painted(width, height, () => red));
      expect(Buffer.from(colours).toString('hex')).toBe('c81e28ff'.repeat(256));
    }),
    { numRuns: 50 },
  );
});

test('the same picture in another size and shape is no distance away', () => {
  const large = coloursOf(painted(640, 96, quarters));
  const small = coloursOf(painted(64, 64, quarters));
  expect(distanceBetween(large, small)).toEqual({ mean: 0, worst: 0 });
});

test('what is transparent has no say in the colour of a cell', () => {
  const colours = coloursOf(painted(32, 32, (x) => ((x * 32) % 2 === 0 ? red : [255, 255, 255, 0])));
  expect([...colours.subarray(0, 4)]).toEqual([200, 30, 40, 128]);
});

test.each([255, 0])(
  'what is transparent is told from what is opaque, were it as light as what it lies on (%i)',
  (light) => {
    const clear = coloursOf(painted(16, 16, () => [light, light, light, 0]));
    const opaque = coloursOf(painted(16, 16, () => [light, light, light, 255]));
    expect(distanceBetween(clear, opaque).mean).toBeCloseTo(100, 0);
  },
);

test('what happened to a picture is said where it explains everything, and not else', () => {
  const bounds = { mean: 2, worst: 12 };
  const original = coloursOf(painted(64, 64, quarters));
  const mirrored = coloursOf(painted(64, 64, (x, y) => quarters(0.99 - x, y)));
  const other = coloursOf(painted(64, 64, () => red));
  expect(diagnose(original, mirrored, bounds)).toBe('it is mirrored');
  expect(diagnose(original, other, bounds)).toBeUndefined();
});
