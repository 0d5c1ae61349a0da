import { describe, expect, test } from '@jest/globals';
import { createGroups } from '../../../web/grid/groups.ts';
import { stepOf } from '../../../web/grid/keys.ts';
import { bandOf, bandsBetween, layOut, measure } from '../../../web/grid/layout.ts';

describe('the grid', () => {
  test('has three columns on a phone and more on a desk, and fits', () => {
    expect(measure(390).columns).toBe(3);
    expect(measure(320).columns).toBe(3);
    expect(measure(1440).columns).toBe(6);
    for (let width = 320; width < 3000; width += 7) {
      const { columns, tile, gap, margin, width: whole } = measure(width);
      expect(tile * columns + gap * (columns - 1)).toBe(whole);
      expect(whole + 2 * margin).toBeLessThanOrEqual(width);
    }
  });

  test('holds every image once, under its heading', () => {
    const measures = measure(1000);
    const { bands, height } = layOut(10_000, (n) => (n < 5 ? 'today' : 'before'), measures);
    const held = bands.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n));
    expect(held).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
    expect(bands.flatMap(({ heading }) => heading ?? [])).toEqual(['today', 'before']);
    let top = 0;
    for (const band of bands) {
      expect(band.top).toBe(top);
      top += band.height;
    }
    expect(height).toBe(top);
    for (const n of [0, 4, 5, 4711, 9999]) {
      const { from = -1, to = -1 } = bands[bandOf(bands, n)] ?? {};
      expect(from <= n && n < to).toBe(true);
    }
  });

  test('finds what is between two heights', () => {
    const { bands } = layOut(100, () => 'x', measure(1000));
    const { first, last } = bandsBetween(bands, 300, 900);
    expect(bands.slice(first, last).every(({ top, height }) => top + height > 300 && top < 900)).toBe(true);
    const outside = [bands[first - 1], bands[last]];
    expect(outside.map((band) => band && (band.top + band.height <= 300 || band.top >= 900))).toEqual([true, true]);
    expect(layOut(0, () => 'x', measure(1000))).toEqual({ bands: [], height: 0 });
  });
});

test('days and months are those of the device', () => {
  const now = new Date(2026, 2, 1, 0, 30).getTime();
  const groupOf = createGroups(now, {
    today: 'today',
    yesterday: 'yesterday',
    month: (at) => `${String(new Date(at).getFullYear())}-${String(new Date(at).getMonth() + 1)}`,
  });
  expect(groupOf(new Date(2026, 2, 1, 0, 0).getTime())).toBe('today');
  expect(groupOf(new Date(2026, 1, 28, 23, 59).getTime())).toBe('yesterday');
  expect(groupOf(new Date(2026, 1, 27, 23, 59).getTime())).toBe('2026-2');
  expect(groupOf(new Date(2025, 1, 27).getTime())).toBe('2025-2');
});

test('keys lead where one expects', () => {
  const to = (key: string) => stepOf(key, 10, 6, 4);
  expect(['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', 'a'].map(to)).toEqual(
    [11, 9, 4, 16, -14, 34, 0, Infinity, undefined],
  );
});
