/** In [0, n), whole. */
export type Choose = (n: number) => number;

/** A xorshift generator: the same seed, the same schedule. */
export function seeded(seed: number): Choose {
  let state = (seed ^ 0x9e3779b9) | 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}
