import { expect, test } from '@jest/globals';

import { detailOf } from '../../../functions/verify-before-traffic/detail.ts';

/** Grey, each pixel as light as the function says. */
function drawn(width: number, height: number, lightAt: (x: number, y: number) => number, alpha = 255) {
  const rgba = new Uint8Array(width * height * 4);
  for (let n = 0; n < width * height; n++) {
    const light = lightAt(n % width, Math.floor(n / width));
    rgba.set([light, light, light, alpha], n * 4);
  }
  return { width, height, rgba };
}

test('there is no detail in one colour, nor in what cannot be seen', () => {
  expect(detailOf(drawn(9, 5, () => 77))).toBe(0);
  expect(detailOf(drawn(9, 5, (x) => x * 20, 0))).toBe(0);
});

test('lightness counts along rows and columns, and not from the end of a row to the beginning of the next', () => {
  expect(detailOf(drawn(2, 1, (x) => x * 10))).toBeCloseTo(Math.sqrt(100 / 2));
  expect(detailOf(drawn(1, 2, (_, y) => y * 10))).toBeCloseTo(Math.sqrt(100 / 2));
  expect(detailOf(drawn(2, 2, (x) => x * 10))).toBeCloseTo(Math.sqrt(200 / 4));
});

test('an edge that is spread over more pixels has less of it', () => {
  const edge = (pixels: number) => detailOf(drawn(40, 10, (x) => Math.min(1, Math.max(0, (x - 10) / pixels)) * 200));
  expect(edge(2)).toBeCloseTo(edge(1) / Math.sqrt(2));
  expect(edge(4)).toBeCloseTo(edge(1) / 2);
});
