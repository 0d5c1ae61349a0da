import type { Story } from '../story.ts';
import { frameOf } from './terminal/frame.ts';
import { lineWidth, paint, type Line } from './terminal/line.ts';
import { eventLines } from './terminal/event-lines.ts';
import { seconds } from './words.ts';

export { picturesSideBySide } from './terminal/pictures.ts';
export { summaryTable } from './terminal/summary-table.ts';

/** Where to draw: `process.stdout`, or what a test holds in its place. */
export type Screen = {
  write: (text: string) => unknown;
  on: (event: 'resize', listener: () => void) => unknown;
  removeListener: (event: 'resize', listener: () => void) => unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
  getColorDepth?: () => number;
};

export type LiveDrawing = {
  /** Shows the story as it is known now. Between two calls the clock and what turns go on by themselves. */
  draw: (story: Story) => void;
  /** Leaves the last picture where it is, with the cursor below it. Until then nothing else may be printed. */
  close: () => void;
};

/** Draws a story over itself on a terminal; elsewhere (a pipe, CI) it prints a line for whatever is new. */
export function liveDrawing(screen: Screen, terminal = process.env['TERM']): LiveDrawing {
  return screen.isTTY === true && terminal !== 'dumb' ? drawOver(screen) : printNews(screen);
}

function printNews(screen: Screen): LiveDrawing {
  const lines = new Set<string>();
  let latest = 0;
  return {
    draw: (story) => {
      for (const { key, at, text } of eventLines(story)) {
        if (lines.has(key)) continue;
        lines.add(key);
        // What AWS tells late stands among what else is known by then, so that times only grow.
        if (at !== undefined) latest = Math.max(latest, at);
        screen.write(`${at === undefined ? '' : `${seconds(latest).padStart(9)}  `}${text}\n`);
      }
    },
    close: () => undefined,
  };
}

const FRAME_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
// Terminals that know it show all that lies between at once; others ignore it.
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];
const [NO_WRAP, WRAP] = ['\u001b[?7l', '\u001b[?7h'];
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

function drawOver(screen: Screen): LiveDrawing {
  let last: Story | undefined;
  // When the story began, as far as its clock tells: that is read at each look, and stands still between two.
  let began = Infinity;
  let drawn: Line[] = [];
  let shown = '';
  let closed = false;

  const show = (story: Story): void => {
    // One column and one row stay free: a full one would make some terminals wrap or scroll.
    const { columns, rows } = sizeOf(screen);
    const size = { columns: columns - 1, rows: rows - 1 };
    const lines = frameOf(story, size);
    const colours = (screen.getColorDepth?.() ?? 1) > 1;
    const text = lines.map((line) => `${paint(line, colours)}${CLEAR_LINE}\r\n`).join('');
    if (text === shown) return;
    const up = rowsTaken(drawn, columns, size.rows);
    screen.write(
      `${BEGIN}${HIDE_CURSOR}${NO_WRAP}\r${up > 0 ? `\u001b[${String(up)}A` : ''}${text}${CLEAR_BELOW}${WRAP}${END}`,
    );
    [drawn, shown] = [lines, text];
  };
  const recheck = (): void => {
    if (last === undefined) return;
    show(last.verdict === undefined ? { ...last, lastedMs: performance.now() - began } : last);
  };
  const resized = (): void => {
    shown = '';
    recheck();
  };

  const timer = setInterval(recheck, FRAME_MS);
  timer.unref();
  screen.on('resize', resized);
  const forget = whenTheProcessEnds(() => screen.write(SHOW_CURSOR));
  return {
    draw: (story) => {
      last = story;
      began = Math.min(began, performance.now() - story.lastedMs);
      if (!closed) recheck();
    },
    close: () => {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      screen.removeListener('resize', resized);
      forget();
      if (last !== undefined) show(last);
      screen.write(SHOW_CURSOR);
    },
  };
}

/** A terminal that does not know its size says 0, or nothing. */
function sizeOf({ columns = 0, rows = 0 }: Screen): { columns: number; rows: number } {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** How many rows the lines take now: a terminal that became narrower has broken those that no longer fit. */
function rowsTaken(lines: readonly Line[], columns: number, most: number): number {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(lineWidth(line) / columns)), 0);
  return Math.min(rows, most);
}

/** A process that ends early must not leave the terminal without its cursor. Gives what takes this back. */
function whenTheProcessEnds(restore: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    restore();
    // Where nobody else listens, the signal is to end the process, as it would have without us.
    if (process.listenerCount(signal) > 0) return;
    process.kill(process.pid, signal);
  };
  process.once('exit', restore);
  for (const signal of signals) process.once(signal, onSignal);
  return () => {
    process.removeListener('exit', restore);
    for (const signal of signals) process.removeListener(signal, onSignal);
  };
}
