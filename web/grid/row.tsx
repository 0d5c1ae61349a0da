import { memo } from '../frame/memo.ts';
import type { Item } from '../images/item.ts';
import type { Band } from './layout.ts';
import { Tile } from './tile.tsx';

type RowProps = {
  list: readonly Item[];
  from: number;
  to: number;
  top: number;
  index: number;
  gap: number;
  size: number;
  tabbable: string | undefined;
};

export const Row = memo(function Row({ list, from, to, top, index, gap, size, tabbable }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      class="row"
      style={{ transform: `translateY(${String(top)}px)`, gap: `${String(gap)}px` }}
    >
      {list.slice(from, to).map((item, column) => (
        <Tile key={item.key} item={item} column={column} size={size} tabbable={item.key === tabbable} />
      ))}
    </div>
  );
});

export function Heading({ band, index, columns }: { band: Band; index: number; columns: number }) {
  const style = { transform: `translateY(${String(band.top)}px)`, height: `${String(band.height)}px` };
  return (
    <div role="row" aria-rowindex={index + 1} class="row heading" style={style}>
      <div role="rowheader" aria-colspan={columns}>
        <h2>{band.heading}</h2>
      </div>
    </div>
  );
}
