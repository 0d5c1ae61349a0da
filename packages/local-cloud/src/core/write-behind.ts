import { appendFileSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes what its owner has to write: in the first pass what came or changed, in the second what went. */
export type Writer = (pass: 'came' | 'went') => void;

const waiting = new Set<Writer>();
let atEndOfTurn: NodeJS.Immediate | undefined;

/**
 * Has `writer` called at the end of this turn of the event loop: one write instead of one for each change. From then on the system has it
 * and keeps it, whatever becomes of this process; an answer that leaves within the turn is ahead of it by less than that turn.
 */
export function writeSoon(writer: Writer): void {
  waiting.add(writer);
  atEndOfTurn ??= setImmediate(writeNow);
}

/**
 * Calls the writers that wait. All that came is written before anything that went: should this be cut short, what moves from one file to
 * another is in both rather than in neither. Throws where a file cannot be written.
 */
export function writeNow(): void {
  clearImmediate(atEndOfTurn);
  atEndOfTurn = undefined;
  const writers = [...waiting];
  waiting.clear();
  for (const pass of ['came', 'went'] as const) for (const write of writers) write(pass);
}

/** Throws where the file cannot be written; where its very folder is gone nobody wants it any more. */
export function append(file: string, text: string): void {
  if (text === '') return;
  try {
    appendFileSync(file, text);
  } catch (cause) {
    if (!existsSync(dirname(file))) return;
    throw new Error(`${file} cannot be written, so that nothing is kept any more. Is the disk full?`, { cause });
  }
}

// An end by `process.exit`, or by an error that nobody caught, comes before the end of the turn.
process.on('exit', writeNow);
