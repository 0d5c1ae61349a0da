import { signal } from '@preact/signals';
import { readConfig, serverClock } from '../api/config.ts';
import { language } from '../words/language.ts';
import { createSession, type Message } from './session.ts';
import type { Attempt, Pool } from './oauth.ts';
import type { Tokens } from './tokens.ts';

const TOKENS = 'gallery.tokens';
const ATTEMPT = 'gallery.sign-in';

/** Loaded when somebody signs in or a token ends: a visit that goes on needs none of it. */
const oauth = () => import('./oauth.ts');
const channel = new BroadcastChannel('gallery.session');
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Why the last attempt to sign in led nowhere. */
export const signInProblem = signal<'failed' | 'refused' | undefined>(undefined);

export const sessions = createSession({
  load: () => JSON.parse(sessionStorage.getItem(TOKENS) ?? 'null') as unknown,
  save: (tokens) => {
    if (tokens === undefined) sessionStorage.removeItem(TOKENS);
    else sessionStorage.setItem(TOKENS, JSON.stringify(tokens));
  },
  tell: (message) => channel.postMessage(message),
  now: Date.now,
  exclusively: (work) => navigator.locks.request('gallery.refresh', work),
  refresh: async (tokens) => (await oauth()).refreshTokens(await pool(), tokens, Date.now),
  wait,
});
channel.onmessage = ({ data }: MessageEvent<Message>) => sessions.receive(data);

async function pool(): Promise<Pool> {
  const { signIn } = await readConfig();
  return { signIn, clockSkew: Math.round(serverClock.skew / 1000) };
}
const here = (): string => `${location.origin}/`;

/** Finishes a sign-in that has just come back, or looks for a session. */
export async function startSession(): Promise<void> {
  const callback = new URL(location.href);
  const answered = callback.searchParams.has('code') || callback.searchParams.has('error');
  if (!answered) {
    await sessions.start();
    return;
  }
  // Before anything else: no code is left in the address bar, the history or a bookmark.
  history.replaceState(null, '', callback.pathname);
  const attempt = JSON.parse(sessionStorage.getItem(ATTEMPT) ?? 'null') as Attempt | null;
  sessionStorage.removeItem(ATTEMPT);
  try {
    if (attempt === null) throw new Error('no sign-in was begun in this tab');
    const { finishSignIn } = await oauth();
    sessions.signedIn(await finishSignIn(await pool(), callback, attempt, Date.now));
  } catch (error) {
    console.warn('Signing in failed:', error);
    await sessions.start();
    if (sessions.session.peek().status !== 'in') {
      signInProblem.value = callback.searchParams.get('error') === 'access_denied' ? 'refused' : 'failed';
    }
  }
}

export async function signIn(): Promise<void> {
  signInProblem.value = undefined;
  try {
    const { url, attempt } = await (await oauth()).beginSignIn(await pool(), here(), language.peek());
    sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
    location.assign(url);
  } catch (error) {
    console.warn('Signing in failed:', error);
    signInProblem.value = 'failed';
  }
}

/** Ends the session in every tab, the tokens, and the session of the pool's own page. */
export async function signOut(): Promise<void> {
  const last: Tokens | undefined = sessions.signOut();
  const [{ revokeTokens, logoutUrl }, known] = await Promise.all([oauth(), pool()]);
  if (last !== undefined) await revokeTokens(known, last).catch(() => undefined);
  location.assign(logoutUrl(known, here()));
}
