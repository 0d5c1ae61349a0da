import type { Story } from '../../story.ts';
import { summaryHeadline, summaryRow, type SummaryRow } from '../summary.ts';
import { clipLine, paint, type Line, type Span } from './line.ts';
import { clip, padEnd, widthOf } from './width.ts';

type Column = { title: string; right?: boolean; of: (row: SummaryRow) => string };

const COLUMNS: readonly Column[] = [
  { title: 'fault', of: ({ fault }) => fault },
  { title: 'outcome', of: ({ outcome }) => outcome },
  { title: 'guard', of: ({ guard }) => guard },
  { title: 'time', right: true, of: ({ lasted }) => lasted },
  { title: 'images', right: true, of: ({ images }) => String(images) },
  { title: 'lost', right: true, of: ({ lost }) => String(lost) },
  { title: 'wrong', right: true, of: ({ wrong }) => String(wrong) },
];

/** All rehearsals in one table, a row each and below it why it ended so; then what they come to. */
export function summaryTable(
  stories: readonly Story[],
  { columns, colours }: { columns: number; colours: boolean },
): string {
  const rows = stories.map(summaryRow);
  const widths = COLUMNS.map(({ title, of }) => Math.max(widthOf(title), ...rows.map((row) => widthOf(of(row)))));
  const cells = (of: (column: Column) => string): string =>
    COLUMNS.map((column, index) => {
      const width = widths[index] ?? 0;
      return column.right === true ? of(column).padStart(width) : padEnd(of(column), width);
    }).join('  ');
  const lines: Line[] = [
    [['quiet', `   ${cells(({ title }) => title)}`]],
    ...rows.flatMap((row): Line[] => [
      [markOf(row), ['plain', cells(({ of }) => of(row))]],
      ...(row.why === '' ? [] : [[['quiet', `     ${clip(row.why, columns - 5)}`]] as Line]),
    ]),
    [],
    [[rows.every(({ asExpected }) => asExpected === true) ? 'loud-good' : 'loud-bad', summaryHeadline(stories)]],
  ];
  return lines.map((line) => paint(clipLine(line, columns), colours)).join('\n');
}

function markOf({ asExpected }: SummaryRow): Span {
  if (asExpected === undefined) return ['quiet', ' · '];
  return asExpected ? ['good', ' ✓ '] : ['bad', ' ✗ '];
}
