/** A token bucket: `rate` tokens a second, at most `burst` at once. `ms` tells the time that has passed since it was made. */
export function createBucket({ rate, burst }: { rate: number; burst: number }, ms: () => number): () => boolean {
  let tokens = burst;
  let at = ms();
  return () => {
    const now = ms();
    tokens = Math.min(burst, tokens + ((now - at) / 1000) * rate);
    at = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
