import { signal, type ReadonlySignal } from '@preact/signals';
import { SignedOut } from '../api/problems.ts';
import { isFresh, readTokens, type Tokens } from './tokens.ts';

/** What tabs of one browser say to each other. */
export type Message =
  { type: 'who-is-signed-in' } | { type: 'signed-in'; tokens: Tokens } | { type: 'signed-out'; sub: string };

export type Ports = {
  /** sessionStorage: of this tab, until it is closed. */
  load: () => unknown;
  save: (tokens: Tokens | undefined) => void;
  tell: (message: Message) => void;
  now: () => number;
  /** One tab at a time. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Throws SignedOut where the pool does not know the refresh token (any more). */
  refresh: (tokens: Tokens) => Promise<Tokens>;
  wait: (ms: number) => Promise<void>;
};

/** `checking`: whether this tab, or another, has a session is not known yet. `ended`: by the pool, or elsewhere. */
export type Session =
  { status: 'checking' } | { status: 'out'; ended: boolean } | { status: 'in'; sub: string; email: string | undefined };

export type SessionStore = {
  session: ReadonlySignal<Session>;
  /** Looks into sessionStorage, then asks the other tabs. */
  start: () => Promise<void>;
  signedIn: (tokens: Tokens) => void;
  /** Forgets the tokens, here and in the other tabs, and returns them, to be revoked. */
  signOut: () => Tokens | undefined;
  /** The session has ended without the user: the pool takes its tokens no more. */
  ended: () => void;
  /** A token that lasts; `refused` must not be given again. Throws SignedOut, and what `refresh` throws. */
  accessToken: (refused?: string) => Promise<string>;
  /** The token at hand, for what cannot wait (a page that is left). */
  tokenNow: () => string | undefined;
  receive: (message: Message) => void;
};

/** ms within which another tab of the browser answers; a later answer is welcome too. */
const ANSWERS_WITHIN = 250;
/** ms to wait for the message of the tab that held the lock before us: it sent one before the release, but locks are faster than messages. */
const MESSAGE_WITHIN_MS = 100;

export function createSession(ports: Ports): SessionStore {
  const session = signal<Session>({ status: 'checking' });
  let tokens: Tokens | undefined;
  let whenNewer = (): void => undefined;

  function hold(next: Tokens): void {
    tokens = next;
    ports.save(next);
    const now = session.peek();
    if (now.status !== 'in' || now.sub !== next.sub) session.value = { status: 'in', sub: next.sub, email: next.email };
  }
  function drop(ended: boolean): void {
    tokens = undefined;
    ports.save(undefined);
    session.value = { status: 'out', ended };
  }
  const current = (): Tokens => {
    if (tokens === undefined) throw new SignedOut('nobody is signed in');
    return tokens;
  };

  /** Asks the other tabs for what they have, and waits a moment for it. */
  async function newerTokens(): Promise<void> {
    const received = new Promise<void>((resolve) => (whenNewer = resolve));
    ports.tell({ type: 'who-is-signed-in' });
    await Promise.race([received, ports.wait(MESSAGE_WITHIN_MS)]);
    whenNewer = () => undefined;
  }

  async function refresh(refused: string | undefined): Promise<string> {
    return ports.exclusively(async () => {
      const isGood = (held: Tokens): boolean => held.accessToken !== refused && isFresh(held, ports.now());
      // While we waited our turn, another tab may have done it, and told us.
      if (!isGood(current())) await newerTokens();
      const now = current();
      if (isGood(now)) return now.accessToken;
      try {
        const next = await ports.refresh(now);
        hold(next);
        ports.tell({ type: 'signed-in', tokens: next });
        return next.accessToken;
      } catch (error) {
        if (error instanceof SignedOut) drop(true);
        throw error;
      }
    });
  }

  return {
    session,
    start: async () => {
      const kept = readTokens(ports.load());
      if (kept !== undefined) {
        hold(kept);
        return;
      }
      ports.tell({ type: 'who-is-signed-in' });
      await ports.wait(ANSWERS_WITHIN);
      if (session.peek().status === 'checking') session.value = { status: 'out', ended: false };
    },
    signedIn: (next) => {
      hold(next);
      ports.tell({ type: 'signed-in', tokens: next });
    },
    signOut: () => {
      const last = tokens;
      if (last !== undefined) ports.tell({ type: 'signed-out', sub: last.sub });
      drop(false);
      return last;
    },
    ended: () => drop(true),
    accessToken: async (refused) => {
      const now = current();
      return now.accessToken !== refused && isFresh(now, ports.now()) ? now.accessToken : refresh(refused);
    },
    tokenNow: () => tokens?.accessToken,
    receive: (message) => {
      if (message.type === 'who-is-signed-in') {
        if (tokens !== undefined) ports.tell({ type: 'signed-in', tokens });
      } else if (message.type === 'signed-out') {
        if (tokens?.sub === message.sub) drop(true);
      } else {
        const told = readTokens(message.tokens);
        if (told === undefined) return;
        if (tokens !== undefined && told.sub === tokens.sub && told.obtainedAt <= tokens.obtainedAt) return;
        hold(told);
        whenNewer();
      }
    },
  };
}
