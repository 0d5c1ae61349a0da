import { styleText } from 'node:util';
import { realTime } from '../core/clock.ts';
import type { Line } from './line.ts';

const styles = { quiet: 'gray', plain: 'cyan', good: 'green', warning: 'yellow', bad: 'red' } as const;

/** Wide enough for most logical ids of functions, so that what happened stands in one column. */
const WHERE_COLUMNS = 27;

/** Prints lines as `12:34:56  where  what`; in colour where `stream` is a terminal that wants it. */
export function createPrinter(
  stream: NodeJS.WriteStream,
  write: (text: string) => void = (text) => stream.write(text),
  now: () => Date = realTime.now,
): (line: Line) => void {
  const coloured = stream.isTTY && stream.hasColors();
  return ({ tone, where, what }) => {
    const paint = (text: string): string =>
      coloured ? styleText(styles[tone], text, { validateStream: false }) : text;
    const time = now().toTimeString().slice(0, 8);
    write(`${time}  ${paint(where.padEnd(WHERE_COLUMNS))}  ${what}\n`);
  };
}
