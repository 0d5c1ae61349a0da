import { describe, expect, test } from '@jest/globals';
import { growthRates, linePath, niceStep, niceTop, stepPath, ticks } from '../../../../commands/rehearse/draw/scale.ts';

describe('a scale', () => {
  test.each([
    [27.6, 8, [0, 5, 10, 15, 20, 25]],
    [9.9, 6, [0, 2, 4, 6, 8]],
    [300, 8, [0, 50, 100, 150, 200, 250, 300]],
    [0, 5, [0]],
  ])('to %d has at most %d round ticks', (max, most, expected) => {
    expect(ticks(max, most)).toEqual(expected);
  });

  test('ends at a round number that is not below what it shows', () => {
    expect([0, 0.3, 11, 12, 12.1, 240, 999].map(niceTop)).toEqual([1, 0.3, 12, 12, 15, 250, 1000]);
    expect([0.55, 3, 5, 51].map(niceStep)).toEqual([1, 5, 5, 100]);
  });
});

test('a line of steps holds each height until the next point', () => {
  const points = [
    { x: 0, y: 60 },
    { x: 100, y: 54 },
    { x: 333.333, y: 0 },
  ];
  expect(stepPath(points, 1000)).toBe('M0 60H100V54H333.33V0H1000');
  expect(linePath(points)).toBe('M0 60L100 54L333.33 0');
  expect([stepPath([], 1000), linePath([])]).toEqual(['', '']);
});

describe('the rate at which a total grows', () => {
  test('is shared evenly between two looks', () => {
    const looks = [
      { at: 1000, total: 10 },
      { at: 3000, total: 14 },
    ];
    expect(growthRates(looks, 1000, 3000).map((perMs) => perMs * 1000)).toEqual([10, 2, 2]);
  });

  test('is of the time that the last bin really covers', () => {
    expect(growthRates([{ at: 1500, total: 15 }], 1000, 1500).map((perMs) => perMs * 1000)).toEqual([10, 10]);
  });

  test('is never below nothing, also where a count was put right afterwards', () => {
    const looks = [
      { at: 1000, total: 10 },
      { at: 2000, total: 8 },
    ];
    expect(growthRates(looks, 1000, 2000)).toEqual([0.01, 0]);
  });

  test('is nothing where nobody looked', () => {
    expect(growthRates([], 1000, 0)).toEqual([]);
    expect(growthRates([], 1000, 2000)).toEqual([0, 0]);
  });
});
