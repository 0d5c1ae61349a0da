import type { Story } from '../../story.ts';
import { count } from '../words.ts';
import type { Line, Span } from './line.ts';

/** The results of the images that were uploaded during the release, as one bar and in numbers. */
export function uploadLine({ uploads }: Story, columns: number): Line {
  const { sent, right, waiting, wrong, lost, repaired } = uploads;
  const parts = [
    { tone: 'good', cell: '█', number: right, text: `${String(right)} right` },
    { tone: 'quiet', cell: '░', number: waiting, text: `${String(waiting)} waiting` },
    { tone: 'bad', cell: '▚', number: wrong, text: `${String(wrong)} wrong` },
    { tone: 'bad', cell: '×', number: lost, text: `${String(lost)} lost` },
  ] as const;
  const cells = shares(
    parts.map(({ number }) => number),
    Math.max(8, Math.min(20, columns - 72)),
  );
  const lines = parts.flatMap(({ tone, number, text }, index): Span[] => [
    ['quiet', index === 0 ? ' ' : ', '],
    [number === 0 ? 'quiet' : tone, text],
  ]);
  return [
    ['quiet', '  uploads  '],
    ...parts.map(({ tone, cell }, index): Span => [tone, cell.repeat(cells[index] ?? 0)]),
    ['plain', `  ${count(sent, 'image')}:`],
    ...lines,
    ...(repaired.length > 0 ? [['good', `, ${String(repaired.length)} seen healing`] as const] : []),
  ];
}

/** Whole cells in proportion to numbers, `cells` of them in all; whatever is there has at least one. */
function shares(numbers: readonly number[], cells: number): number[] {
  const sum = numbers.reduce((a, b) => a + b, 0);
  if (sum === 0) return [0, cells];
  const given = numbers.map((number) => (number === 0 ? 0 : Math.max(1, Math.round((number / sum) * cells))));
  const largest = given.indexOf(Math.max(...given));
  const others = given.reduce((a, b, index) => (index === largest ? a : a + b), 0);
  return given.map((one, index) => (index === largest ? Math.max(1, cells - others) : one));
}
