/** What signing in gave. Kept in memory and sessionStorage only, and passed on to other tabs of this browser that ask. */
export type Tokens = {
  accessToken: string;
  refreshToken: string;
  /** The user's id in the pool. */
  sub: string;
  /** As the id token says it: an address, or a name. Shown as text. */
  email?: string;
  /** By the clock of this device, ms: only spans are compared, so that a wrong clock does no harm. */
  obtainedAt: number;
  expiresAt: number;
};

/** ms before the end of a token at which another one is asked for; a short-lived token is used for most of its life. */
const MARGIN = 60_000;

export function isFresh({ obtainedAt, expiresAt }: Tokens, now: number): boolean {
  const margin = Math.min(MARGIN, (expiresAt - obtainedAt) / 5);
  // Before `obtainedAt`: the clock was set back, and says nothing about the token.
  return now >= obtainedAt && now < expiresAt - margin;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** Reads what sessionStorage or another tab holds; undefined where it is none of ours. */
export function readTokens(value: unknown): Tokens | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { accessToken, refreshToken, sub, email, obtainedAt, expiresAt } = value as Record<string, unknown>;
  if (!isText(accessToken) || !isText(refreshToken) || !isText(sub)) return undefined;
  if (typeof obtainedAt !== 'number' || typeof expiresAt !== 'number') return undefined;
  return { accessToken, refreshToken, sub, obtainedAt, expiresAt, ...(isText(email) && { email }) };
}
