import { widthOf } from '../../../../commands/rehearse/draw/terminal/width.ts';

/** A terminal as far as `liveDrawing` needs one; what it does not know it refuses, so that nothing is drawn unseen. */
export type EmulatedTerminal = {
  isTTY: true;
  columns: number;
  rows: number;
  getColorDepth: () => number;
  write: (text: string) => void;
  on: (event: 'resize', listener: () => void) => void;
  removeListener: (event: 'resize', listener: () => void) => void;
  resize: (columns: number, rows: number) => void;
  /** What is to be read on it from the first line ever written, without colours. */
  text: () => string[];
  /** All that was written, colours included. */
  written: () => string;
  cursorIsShown: () => boolean;
  listeners: () => number;
};

/** A line as the program wrote it; a narrow terminal shows it on several rows. */
type Row = { cells: string[]; continues: boolean };

export function emulatedTerminal(columns: number, rows: number, colours = 24): EmulatedTerminal {
  let screen: Row[] = [{ cells: [], continues: false }];
  let [x, y] = [0, 0];
  let [wraps, shown] = [true, true];
  let written = '';
  const listeners = new Set<() => void>();

  const newLine = (continues: boolean): void => {
    y += 1;
    x = continues ? 0 : x;
    if (y === screen.length) screen.push({ cells: [], continues });
  };
  const put = (character: string): void => {
    const width = widthOf(character);
    if (x + width > self.columns) {
      if (!wraps) return;
      newLine(true);
    }
    const row = screen[y];
    if (row === undefined) throw new Error('the cursor is nowhere');
    while (row.cells.length < x) row.cells.push(' ');
    row.cells.splice(x, width, character, ...Array.from({ length: width - 1 }, () => ''));
    x += width;
  };
  const obey = (sequence: string, number: number): void => {
    const top = Math.max(0, screen.length - self.rows);
    switch (sequence.replace(/\d+(?=[A-Zm])/u, '')) {
      case '[A':
        y = Math.max(top, y - Math.max(1, number));
        return;
      case '[K':
        screen[y]?.cells.splice(x);
        return;
      case '[J':
        screen[y]?.cells.splice(x);
        screen = screen.slice(0, y + 1);
        return;
      case '[?7l':
      case '[?7h':
        wraps = sequence.endsWith('h');
        return;
      case '[?25l':
      case '[?25h':
        shown = sequence.endsWith('h');
        return;
      case '[?2026l':
      case '[?2026h':
        return;
      default:
        if (!/^\[[\d;]*m$/u.test(sequence)) throw new Error(`This terminal does not know ${JSON.stringify(sequence)}`);
    }
  };

  const self: EmulatedTerminal = {
    isTTY: true,
    columns,
    rows,
    getColorDepth: () => colours,
    write: (text) => {
      written += text;
      // eslint-disable-next-line no-control-regex -- they are what a terminal obeys
      for (const [, sequence, number, character] of text.matchAll(/\u001b(\[[?\d;]*?(\d*)[A-Za-z])|([\s\S])/gu)) {
        if (sequence !== undefined) obey(sequence, Number(number));
        else if (character === '\r') x = 0;
        else if (character === '\n') newLine(false);
        else if (character !== undefined) put(character);
      }
    },
    on: (_event, listener) => void listeners.add(listener),
    removeListener: (_event, listener) => void listeners.delete(listener),
    resize: (newColumns, newRows) => {
      [self.columns, self.rows] = [newColumns, newRows];
      // As most terminals do: lines that no longer fit are broken, and the cursor stays where it is in the text.
      const [before, after] = [screen.slice(0, y), screen.slice(y)].map((part) =>
        part.flatMap((row) => broken(row, newColumns)),
      );
      screen = [...(before ?? []), ...(after ?? [])];
      y = before?.length ?? 0;
      for (const listener of listeners) listener();
    },
    text: () => screen.map(({ cells }) => cells.join('').trimEnd()),
    written: () => written,
    cursorIsShown: () => shown,
    listeners: () => listeners.size,
  };
  return self;
}

function broken({ cells, continues }: Row, columns: number): Row[] {
  const rows: Row[] = [{ cells: cells.slice(0, columns), continues }];
  for (let at = columns; at < cells.length; at += columns)
    rows.push({ cells: cells.slice(at, at + columns), continues: true });
  return rows;
}
