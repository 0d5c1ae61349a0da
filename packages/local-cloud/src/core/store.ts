import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { append, writeNow, writeSoon } from './write-behind.ts';

/** A map whose entries are JSON values; with a file it is there again after a restart. */
export type Store<T> = {
  get: (key: string) => T | undefined;
  set: (key: string, value: T) => void;
  delete: (key: string) => boolean;
  entries: () => IterableIterator<[string, T]>;
  /** Removes its file: what is changed from here on is not kept. */
  discard: () => void;
  readonly size: number;
};

/** A file that has grown by so many characters, and to twice what it was, is written anew. */
const COMPACT_AFTER = 16 * 1024 * 1024;

/**
 * A map, and with a file an append-only file of JSON lines beside it, which is replayed and compacted when it is opened. A line that was
 * cut short by a crash ends the replay: what was written before it holds.
 *
 * What changes in one turn of the event loop is written at its end, each entry once, as it is then. A process that is killed loses no more
 * than changes of the turn in which it dies, and never both sides of a move from one store to another; a machine that loses its power
 * loses what its system had not yet written out. Files are written as if they were alone: two stores must not have the same one.
 */
export function openStore<T>(file: string | undefined): Store<T> {
  const map = new Map<string, T>();
  const journal = file === undefined ? undefined : openJournal(file, map);
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      journal?.came(key);
      map.set(key, value);
    },
    delete: (key) => {
      const was = map.delete(key);
      if (was) journal?.went(key);
      return was;
    },
    entries: () => map.entries(),
    discard: () => journal?.discard(),
    get size() {
      return map.size;
    },
  };
}

/** The file beside a map, which it fills. `came` is told before the map has the entry. */
function openJournal<T>(file: string, map: Map<string, T>) {
  // The store that had the file before may have something left to write, if it was this process's.
  writeNow();
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file)) replay(readFileSync(file, 'utf8'), map);
  let compacted = compact(file, map);
  let grown = 0;
  let discarded = false;

  /** The entries to write, those of them that the file knows nothing of, and those to take out of it. */
  const changed = new Set<string>();
  const unknown = new Set<string>();
  const gone = new Set<string>();

  function write(pass: 'came' | 'went'): void {
    if (discarded) return;
    const lines =
      pass === 'came' ? [...changed].map((key) => line([key, map.get(key)])) : [...gone].map((key) => line([key]));
    const text = lines.join('');
    append(file, text);
    grown += text.length;
    if (pass === 'came') {
      changed.clear();
      unknown.clear();
      return;
    }
    gone.clear();
    if (grown > COMPACT_AFTER && grown > compacted) {
      compacted = compact(file, map);
      grown = 0;
    }
  }

  return {
    came: (key: string): void => {
      if (!map.has(key) && !gone.delete(key)) unknown.add(key);
      changed.add(key);
      writeSoon(write);
    },
    went: (key: string): void => {
      changed.delete(key);
      // What comes and goes within a turn leaves no trace.
      if (!unknown.delete(key)) gone.add(key);
      writeSoon(write);
    },
    discard: (): void => {
      discarded = true;
      rmSync(file, { force: true });
    },
  };
}

function replay<T>(text: string, map: Map<string, T>): void {
  for (const written of text.split('\n')) {
    if (written === '') continue;
    let entry: [string, T] | [string];
    try {
      entry = JSON.parse(written) as [string, T] | [string];
    } catch {
      return;
    }
    if (entry.length === 2) map.set(entry[0], entry[1]);
    else map.delete(entry[0]);
  }
}

/** Writes the file anew, with what the map holds and no history; gives its length. */
function compact<T>(file: string, map: ReadonlyMap<string, T>): number {
  const text = [...map].map(line).join('');
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  return text.length;
}

function line(entry: readonly unknown[]): string {
  return `${JSON.stringify(entry)}\n`;
}
