import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { randomText } from './random-text.ts';
import type { SignIn } from './tokens.ts';
import type { User } from './user-pool.ts';

/** A refresh token's sign-in. */
export type Refresh = Omit<SignIn, 'nonce'> & {
  userPoolId: string;
  clientId: string;
  sub: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
};

/** An authorization code's sign-in: it is good for one use. */
export type Code = SignIn & {
  clientId: string;
  sub: string;
  redirectUri: string;
  /** PKCE, S256. */
  challenge?: string;
  expiresAt: number;
};

type Session = { userPoolId: string; sub: string; authTime: number; expiresAt: number };

const MINUTE = 60_000;
/** An authorization code lives five minutes, the cookie of managed login an hour: as on AWS. */
const CODE_MS = 5 * MINUTE;
const SESSION_MS = 60 * MINUTE;

export type SignIns = ReturnType<typeof openSignIns>;

/** What keeps people signed in: codes and browser sessions (in memory), and refresh tokens (stored as hashes). */
export function openSignIns({ clock, random, stateFolder }: ServiceContext) {
  const refreshes = openStore<Refresh>(stateFolder && join(stateFolder, 'cognito', 'refresh-tokens.jsonl'));
  const codes = new Map<string, Code>();
  const sessions = new Map<string, Session>();
  const now = (): number => clock.now().getTime();
  const hash = (token: string): string => createHash('sha256').update(token).digest('hex');

  function forget<T extends { expiresAt: number }>(map: Map<string, T>): void {
    for (const [key, { expiresAt }] of map) if (expiresAt <= now()) map.delete(key);
  }

  function living<T extends { expiresAt: number }>(one: T | undefined): T | undefined {
    return one !== undefined && one.expiresAt > now() ? one : undefined;
  }

  return {
    createCode: (code: Omit<Code, 'expiresAt'>): string => {
      forget(codes);
      const text = random.uuid();
      codes.set(text, { ...code, expiresAt: now() + CODE_MS });
      return text;
    },
    /** Gives a code once; undefined for one that is used, expired or unknown. */
    takeCode: (text: string): Code | undefined => {
      const code = codes.get(text);
      codes.delete(text);
      return living(code);
    },
    createSession: ({ userPoolId, sub }: User, authTime: number): string => {
      forget(sessions);
      const cookie = randomText(random, 43);
      sessions.set(cookie, { userPoolId, sub, authTime, expiresAt: now() + SESSION_MS });
      return cookie;
    },
    session: (userPoolId: string, cookie: string | undefined): Session | undefined => {
      const session = living(sessions.get(cookie ?? ''));
      return session?.userPoolId === userPoolId ? session : undefined;
    },
    endSession: (cookie: string | undefined): void => void sessions.delete(cookie ?? ''),
    createRefresh: (refresh: Omit<Refresh, 'expiresAt'>, lifetimeMs: number): string => {
      for (const [key, { expiresAt }] of [...refreshes.entries()]) if (expiresAt <= now()) refreshes.delete(key);
      const token = randomText(random, 64);
      refreshes.set(hash(token), { ...refresh, expiresAt: now() + lifetimeMs });
      return token;
    },
    refresh: (token: string): Refresh | undefined => living(refreshes.get(hash(token))),
    revoke: (token: string): void => void refreshes.delete(hash(token)),
    /** Does the sign-in of this `origin_jti` still have its refresh token? */
    isAlive: (originJti: string): boolean =>
      [...refreshes.entries()].some(([, one]) => one.originJti === originJti && living(one) !== undefined),
    /** Ends every session of a user, everywhere. */
    signOut: ({ userPoolId, sub }: Pick<User, 'userPoolId' | 'sub'>): void => {
      const isTheirs = (one: { userPoolId: string; sub: string }): boolean =>
        one.userPoolId === userPoolId && one.sub === sub;
      for (const [key, one] of [...refreshes.entries()]) if (isTheirs(one)) refreshes.delete(key);
      for (const [key, one] of sessions) if (isTheirs(one)) sessions.delete(key);
      for (const [key, one] of codes) if (one.sub === sub) codes.delete(key);
    },
  };
}
