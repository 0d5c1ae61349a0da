import type { Line } from './line.ts';

/** A line and how much it matters: where the terminal is low, what matters least goes first. */
export type Row = { line: Line; matters: number };
