import type { Story } from '../../story.ts';
import { areAsExpected } from '../../judge/all.ts';
import { allImagesSentence, summaryHeadline, summaryRow, type SummaryRow } from '../summary.ts';
import { clipLine, paint, type Line, type Span } from './line.ts';
import { clip, padEnd, widthOf } from './width.ts';

type Column = { title: string; right?: boolean; of: (row: SummaryRow) => string };

const OUTCOME: Column = { title: 'outcome', of: ({ outcome }) => outcome };
const GUARD: Column = { title: 'guard', of: ({ guard }) => guard };

const COLUMNS: readonly Column[] = [
  { title: 'fault', of: ({ fault }) => fault },
  OUTCOME,
  { title: 'traffic', right: true, of: ({ traffic }) => traffic },
  GUARD,
  { title: 'time', right: true, of: ({ lasted }) => lasted },
  { title: 'images', right: true, of: ({ images }) => String(images) },
  { title: 'lost', right: true, of: ({ lost }) => String(lost) },
  { title: 'wrong', right: true, of: ({ wrong }) => String(wrong) },
];

/** What goes from the row to the line below it where there is too little room for numbers otherwise: the longest first. */
const MAY_GO = [[], [GUARD], [GUARD, OUTCOME]] as const satisfies readonly (readonly Column[])[];

/** All rehearsals in one table, a row each and below it why it ended so; then what they come to. */
export function summaryTable(
  stories: readonly Story[],
  { columns, colours }: { columns: number; colours: boolean },
): string {
  const rows = stories.map(summaryRow);
  const widths = new Map(
    COLUMNS.map((one) => [one, Math.max(widthOf(one.title), ...rows.map((row) => widthOf(one.of(row))))]),
  );
  const withoutAny = (gone: readonly Column[]): Column[] => COLUMNS.filter((one) => !gone.includes(one));
  const widthWithout = (gone: readonly Column[]): number =>
    withoutAny(gone).reduce((sum, one) => sum + (widths.get(one) ?? 0) + 2, 1);
  const gone: readonly Column[] = MAY_GO.find((some) => widthWithout(some) <= columns) ?? [GUARD, OUTCOME];
  const cells = (of: (column: Column) => string): string =>
    withoutAny(gone)
      .map((column) => {
        const width = widths.get(column) ?? 0;
        return column.right === true ? of(column).padStart(width) : padEnd(of(column), width);
      })
      .join('  ');
  const below = (row: SummaryRow): string => {
    const moved = gone
      .toReversed()
      .map(({ of }) => of(row))
      .filter((text) => text !== '');
    return [moved.join(' by '), row.why].filter((text) => text !== '').join(': ');
  };
  const images = allImagesSentence(stories);
  const lines: Line[] = [
    [['quiet', `   ${cells(({ title }) => title)}`]],
    ...rows.flatMap((row): Line[] => [
      [markOf(row), ['plain', cells(({ of }) => of(row))]],
      ...(below(row) === '' ? [] : [[['quiet', `     ${clip(below(row), columns - 5)}`]] as Line]),
    ]),
    [],
    ...(images === '' ? [] : [[['plain', images]] as Line]),
    [[areAsExpected(stories) ? 'loud-good' : 'loud-bad', summaryHeadline(stories)]],
  ];
  return lines.map((line) => paint(clipLine(line, columns), colours)).join('\n');
}

function markOf({ asExpected }: SummaryRow): Span {
  if (asExpected === undefined) return ['quiet', ' · '];
  return asExpected ? ['good', ' ✓ '] : ['bad', ' ✗ '];
}
