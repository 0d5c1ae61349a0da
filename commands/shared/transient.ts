const THROTTLED = /Throttl|Throughput|SlowDown|TooManyRequests|RequestLimit/u;

/** Whether the same request may well succeed a moment later: the service was at fault, or had enough of us. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('$fault' in error && error.$fault === 'server') || THROTTLED.test(error.name);
}
