/** The keys of a bucket in the order in which S3 lists them: by their bytes in UTF-8. */
export type SortedKeys = {
  add: (key: string) => void;
  delete: (key: string) => void;
  /** The index of the first key for which `isBefore` is false; it must be true for all keys before and false for all after. */
  indexOfFirst: (isBefore: (key: string) => boolean) => number;
  at: (index: number) => string | undefined;
  /** A copy, for who changes the keys on the way. */
  toArray: () => string[];
  readonly size: number;
};

/**
 * A sorted array with binary search. Inserting moves what follows, which is one memory move: 100,000 keys cost some microseconds.
 */
export function createSortedKeys(): SortedKeys {
  const keys: string[] = [];
  const indexOfFirst = (isBefore: (key: string) => boolean): number => {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(keys[middle] as string)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const find = (key: string): number => indexOfFirst((other) => compareBytes(other, key) < 0);
  return {
    add: (key) => {
      const index = find(key);
      if (keys[index] !== key) keys.splice(index, 0, key);
    },
    delete: (key) => {
      const index = find(key);
      if (keys[index] === key) keys.splice(index, 1);
    },
    indexOfFirst,
    at: (index) => keys[index],
    toArray: () => [...keys],
    get size() {
      return keys.length;
    },
  };
}

/** Compares by UTF-8 bytes without encoding: as UTF-16, except that surrogates (so code points above U+FFFF) come last. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
