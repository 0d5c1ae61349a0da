import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A map whose entries are JSON values; with a file it is there again after a restart. */
export type Store<T> = {
  get: (key: string) => T | undefined;
  set: (key: string, value: T) => void;
  delete: (key: string) => boolean;
  entries: () => IterableIterator<[string, T]>;
  readonly size: number;
};

/**
 * An append-only file of JSON lines, replayed and compacted when it is opened. A line that was cut short by a crash ends the replay:
 * what was written before it holds.
 */
export function openStore<T>(file: string | undefined): Store<T> {
  const map = new Map<string, T>();
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) {
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (line === '') continue;
        let entry: [string, T] | [string];
        try {
          entry = JSON.parse(line) as [string, T] | [string];
        } catch {
          break;
        }
        if (entry.length === 2) map.set(entry[0], entry[1]);
        else map.delete(entry[0]);
      }
    }
    writeFileSync(`${file}.new`, [...map].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    renameSync(`${file}.new`, file);
  }
  const append = (entry: unknown[]): void => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
  };
  return {
    get: (key) => map.get(key),
    set: (key, value) => {
      map.set(key, value);
      append([key, value]);
    },
    delete: (key) => {
      const was = map.delete(key);
      if (was) append([key]);
      return was;
    },
    entries: () => map.entries(),
    get size() {
      return map.size;
    },
  };
}
