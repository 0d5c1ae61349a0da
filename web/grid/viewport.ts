import { useLayoutEffect, useState } from 'preact/hooks';
import { bandsBetween, type Layout } from './layout.ts';

/** CSS pixels above and below the screen in which tiles are there already. */
const OVERSCAN = 700;

export type Range = { first: number; last: number };

/** The bands that are on the screen, or nearly; changes only when another band comes in or goes out. */
export function useRange(layout: Layout, top: () => number): Range {
  const between = (): Range =>
    bandsBetween(layout.bands, scrollY - top() - OVERSCAN, scrollY - top() + innerHeight + OVERSCAN);
  const [, rendered] = useState('');
  const range = between();
  useLayoutEffect(() => {
    const look = () => {
      const { first, last } = between();
      rendered(`${String(first)} ${String(last)}`);
    };
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [layout]);
  return range;
}

/** The width of the page in CSS pixels, without a scroll bar. */
export function useWidth(): number {
  const [width, setWidth] = useState(() => document.documentElement.clientWidth);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setWidth(document.documentElement.clientWidth));
    observer.observe(document.documentElement);
    return () => observer.disconnect();
  }, []);
  return width;
}
