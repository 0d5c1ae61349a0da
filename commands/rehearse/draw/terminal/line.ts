import { styleText } from 'node:util';
import { clip, widthOf } from './width.ts';

/** What a piece of text means to its reader; only `paint` knows colours. */
export type Tone = 'plain' | 'quiet' | 'strong' | 'good' | 'bad' | 'warning' | 'new' | 'loud-good' | 'loud-bad';

export type Span = readonly [tone: Tone, text: string];

export type Line = readonly Span[];

const styles: Record<Tone, Parameters<typeof styleText>[0]> = {
  plain: [],
  quiet: 'dim',
  strong: 'bold',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  new: 'cyan',
  'loud-good': ['bold', 'green'],
  'loud-bad': ['bold', 'red'],
};

export function lineWidth(line: Line): number {
  return line.reduce((sum, [, text]) => sum + widthOf(text), 0);
}

/** Returns the beginning of a line that fits. */
export function clipLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const [tone, text] of line) {
    // A span that ends in the last column is clipped too if more would follow, so that `…` shows it.
    const fits = widthOf(text) < left;
    kept.push([tone, fits ? text : clip(`${text} `, left)]);
    if (!fits) break;
    left -= widthOf(text);
  }
  return kept;
}

/** Joins two halves of a line, the right one at the right edge. If they do not fit, clips the left one, or drops the right one if `rightMayGo`. */
export function leftAndRight(left: Line, right: Line, columns: number, rightMayGo = false): Line {
  const room = columns - lineWidth(right) - 2;
  if (room < 10 || (rightMayGo && lineWidth(left) > room)) return clipLine(left, columns);
  const clipped = clipLine(left, room);
  return [...clipped, ['plain', ' '.repeat(columns - lineWidth(clipped) - lineWidth(right))], ...right];
}

/** Styles a line. Does not consult the environment or stdout: the caller decides about colours. */
export function paint(line: Line, colours: boolean): string {
  return line
    .map(([tone, text]) => (colours && text !== '' ? styleText(styles[tone], text, { validateStream: false }) : text))
    .join('');
}
