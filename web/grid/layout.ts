/** What the width of the page gives: columns, and lengths in CSS pixels. */
export type Measures = { columns: number; tile: number; gap: number; margin: number; heading: number; width: number };

const WIDEST = 1760;

/** Uniform squares: tiles never move, whatever the size of the pictures. */
export function measure(width: number): Measures {
  const phone = width < 600;
  const margin = phone ? 12 : width < 1000 ? 24 : 40;
  const gap = phone ? 3 : 10;
  const inner = Math.max(0, Math.min(width, WIDEST) - margin * 2);
  const columns = Math.max(3, Math.floor((inner + gap) / ((phone ? 112 : 188) + gap)));
  const tile = Math.max(1, Math.floor((inner - gap * (columns - 1)) / columns));
  return { columns, tile, gap, margin, heading: phone ? 52 : 64, width: tile * columns + gap * (columns - 1) };
}

/** A strip of the grid: a heading, or a row of tiles (`from` to before `to`, in the list). */
export type Band = { top: number; height: number; from: number; to: number; heading?: string };
export type Layout = { bands: readonly Band[]; height: number };

/** Lays a list out whose items are headed by the group that `groupOf` names; equal neighbours share a heading. */
export function layOut(
  count: number,
  groupOf: (n: number) => string,
  { columns, tile, gap, heading }: Measures,
): Layout {
  const bands: Band[] = [];
  let top = 0;
  const push = (height: number, band: Omit<Band, 'top' | 'height'>) => {
    bands.push({ ...band, top, height });
    top += height;
  };
  for (let from = 0; from < count;) {
    const group = groupOf(from);
    let end = from + 1;
    while (end < count && groupOf(end) === group) end += 1;
    push(heading, { from, to: from, heading: group });
    for (; from < end; from += columns) push(tile + gap, { from, to: Math.min(from + columns, end) });
    from = end;
  }
  return { bands, height: top };
}

/** Indexes of the first band that reaches below `top`, and of the first that begins below `bottom`. */
export function bandsBetween(bands: readonly Band[], top: number, bottom: number): { first: number; last: number } {
  const search = (isPast: (band: Band) => boolean): number => {
    let [low, high] = [0, bands.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const band = bands[middle];
      if (band !== undefined && isPast(band)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    first: search((band) => band.top + band.height > top),
    last: search((band) => band.top >= bottom),
  };
}

/** Index of the row in which the list's `n`th item is. */
export function bandOf(bands: readonly Band[], n: number): number {
  let [low, high] = [0, bands.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bands[middle]?.to ?? 0) > n) high = middle;
    else low = middle + 1;
  }
  return low;
}
