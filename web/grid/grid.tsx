import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Item } from '../images/item.ts';
import { hasMore, loadMore } from '../images/load.ts';
import { shown } from '../images/store.ts';
import { format, words } from '../words/language.ts';
import { actOn, openItem } from './actions.ts';
import { focused, focusTile, tileOf } from './focus.ts';
import { createGroups } from './groups.ts';
import { stepOf } from './keys.ts';
import { bandOf, layOut, measure } from './layout.ts';
import { Heading, Row } from './row.tsx';
import { useRange, useWidth } from './viewport.ts';

/** CSS pixels that the header covers, and what stays free below a row that is scrolled to. */
const COVERED = 84;
const BELOW = 24;

const itemAt = (event: Event, list: readonly Item[]): Item | undefined => {
  const key = (event.target as Element).closest<HTMLElement>('.tile')?.dataset['key'];
  return list.find((item) => item.key === key);
};

/** All images as a grid of which only what is seen exists; one tile has the tab stop, arrows move it. */
export function Grid() {
  const list = shown.value;
  const w = words.value;
  const host = useRef<HTMLDivElement>(null);
  const measures = measure(useWidth());
  const { columns, tile, gap } = measures;
  const layout = useMemo(() => {
    const groupOf = createGroups(Date.now(), { today: w.today, yesterday: w.yesterday, month: format.value.month });
    return layOut(list.length, (n) => groupOf(list[n]?.addedAt ?? 0), measures);
  }, [list, columns, tile, w]);
  const top = () => host.current?.offsetTop ?? COVERED;
  const range = useRange(layout, top);

  const at = useMemo(() => list.findIndex(({ key }) => key === focused.value), [list, focused.value]);
  const tabbable = list[Math.max(0, at)]?.key;
  const indexes = Array.from({ length: Math.max(0, range.last - range.first) }, (_, n) => range.first + n);
  // The tile with the focus stays, or the focus would be lost when it scrolls away.
  const home = at < 0 ? -1 : bandOf(layout.bands, at);
  if (home >= 0 && (home < range.first || home >= range.last)) indexes.push(home);

  useEffect(() => {
    const last = layout.bands[range.last - 1];
    if (hasMore.value && (last === undefined || last.top > layout.height - 3 * innerHeight)) void loadMore();
  }, [layout, range.last, hasMore.value]);

  function reveal(n: number): void {
    const band = layout.bands[n < columns ? 0 : bandOf(layout.bands, n)];
    if (band === undefined) return;
    const [above, below] = [top() + band.top - COVERED, top() + band.top + band.height + BELOW - innerHeight];
    if (scrollY > above) scrollTo({ top: n < columns ? 0 : above });
    else if (scrollY < below) scrollTo({ top: below });
  }
  function go(n: number): void {
    const to = Math.max(0, Math.min(list.length - 1, n));
    const item = list[to];
    if (item === undefined) return;
    reveal(to);
    focusTile(item.key);
  }
  const open = (item: Item) =>
    void openItem(item, (key) => {
      focused.value = key;
      const n = shown.peek().findIndex((other) => other.key === key);
      if (tileOf(key) === null) reveal(n);
    });

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = list[Math.max(0, at)];
    const step = stepOf(event.key, Math.max(0, at), columns, Math.floor((innerHeight - COVERED) / (tile + gap)));
    if (step !== undefined) go(step);
    else if (item === undefined || (event.target as Element).matches('button')) return;
    else if (event.key === 'Enter' || event.key === ' ') actOn(item, 'enter', open);
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      actOn(item, 'remove', open);
      if (focused.peek() !== undefined) focusTile(focused.peek() ?? '');
    } else return;
    event.preventDefault();
  }
  function onClick(event: MouseEvent): void {
    const item = itemAt(event, list);
    if (item === undefined) return;
    focused.value = item.key;
    const action = (event.target as Element).closest<HTMLElement>('[data-action]')?.dataset['action'];
    actOn(item, action ?? 'open', open);
  }
  return (
    <div
      ref={host}
      id="grid"
      role="grid"
      aria-label={w.photos}
      aria-rowcount={hasMore.value ? -1 : layout.bands.length}
      aria-colcount={columns}
      class="grid"
      style={{ height: `${String(layout.height)}px`, width: `${String(measures.width)}px` }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocusIn={(event) => {
        const item = itemAt(event, list);
        if (item) focused.value = item.key;
      }}
    >
      {indexes.map((index) => {
        const band = layout.bands[index];
        if (band === undefined) return null;
        if (band.heading !== undefined)
          return <Heading key={band.heading} band={band} index={index} columns={columns} />;
        const { from, to } = band;
        const mine = list.slice(from, to).some(({ key }) => key === tabbable) ? tabbable : undefined;
        return (
          <Row key={list[from]?.key} {...{ list, from, to, index, gap }} top={band.top} size={tile} tabbable={mine} />
        );
      })}
    </div>
  );
}
