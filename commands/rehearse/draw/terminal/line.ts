import { clip, widthOf } from './width.ts';

/** What a piece of text is to its reader; only `paint` knows colours. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'good' | 'bad' | 'warning' | 'new' | 'loud-good' | 'loud-bad';

export type Span = readonly [tone: Tone, text: string];

export type Line = readonly Span[];

const codes: Record<Tone, string> = {
  plain: '',
  quiet: '\u001b[2m',
  strong: '\u001b[1m',
  good: '\u001b[32m',
  bad: '\u001b[31m',
  warning: '\u001b[33m',
  new: '\u001b[36m',
  'loud-good': '\u001b[1;32m',
  'loud-bad': '\u001b[1;31m',
};

export function lineWidth(line: Line): number {
  return line.reduce((sum, [, text]) => sum + widthOf(text), 0);
}

/** As much of a line as fits. */
export function clipLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const [tone, text] of line) {
    // One that fits to the last column is clipped too, where more would follow: its `…` says so.
    const fits = widthOf(text) < left;
    kept.push([tone, fits ? text : clip(`${text} `, left)]);
    if (!fits) break;
    left -= widthOf(text);
  }
  return kept;
}

/** Two halves of a line, the right one at the right edge; where both do not fit, the left one is clipped, or alone if the right one may go. */
export function leftAndRight(left: Line, right: Line, columns: number, rightMayGo = false): Line {
  const room = columns - lineWidth(right) - 2;
  if (room < 10 || (rightMayGo && lineWidth(left) > room)) return clipLine(left, columns);
  const clipped = clipLine(left, room);
  return [...clipped, ['plain', ' '.repeat(columns - lineWidth(clipped) - lineWidth(right))], ...right];
}

export function paint(line: Line, colours: boolean): string {
  return line
    .map(([tone, text]) => (colours && codes[tone] !== '' && text !== '' ? `${codes[tone]}${text}\u001b[0m` : text))
    .join('');
}
