import { createHash, randomInt } from 'node:crypto';

/** Every random choice of the cloud comes from here, so that a seed repeats a run. */
export type Random = {
  readonly seed: number;
  /** In [0, 1). */
  next: () => number;
  /** `length` lower-case hexadecimal digits. */
  hex: (length: number) => string;
  /** A version 4 UUID. */
  uuid: () => string;
  /**
   * A sequence of its own, decided by the seed and the name: what is drawn here shifts nothing there. So the ids of one service repeat
   * though another one was asked a moment earlier this time.
   */
  branch: (name: string) => Random;
};

/** A counter through SHA-256: slower than a shift register, and nobody has to believe in its quality. */
export function createRandom(seed: number): Random {
  return sequence(seed, String(seed));
}

/** A seed for a run that repeats no other. */
export function freshSeed(): number {
  return randomInt(2 ** 31);
}

/** The seed of a start on state that `starts` earlier ones have left: its ids must not be theirs again. `seed` is below 2^32. */
export function seedOfStart(seed: number, starts: number): number {
  return seed + starts * 2 ** 32;
}

function sequence(seed: number, path: string): Random {
  let counter = 0;
  const block = (): Buffer =>
    createHash('sha256')
      .update(`${path}:${String(counter++)}`)
      .digest();
  const hex = (length: number): string => {
    let text = '';
    while (text.length < length) text += block().toString('hex');
    return text.slice(0, length);
  };
  return {
    seed,
    next: () => block().readUIntBE(0, 6) / 2 ** 48,
    hex,
    uuid: () => {
      const bytes = block().subarray(0, 16);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
    branch: (name) => sequence(seed, `${path}/${name}`),
  };
}
