import { describe, expect, test } from '@jest/globals';
import { SignedOut } from '../../../web/api/problems.ts';
import { createSession, type Message } from '../../../web/sign-in/session.ts';
import { isFresh, readTokens, type Tokens } from '../../../web/sign-in/tokens.ts';

const HOUR = 3_600_000;
const tokens = (n: number, obtainedAt = 0): Tokens => ({
  accessToken: `access-${String(n)}`,
  refreshToken: `refresh-${String(n)}`,
  sub: 'ann',
  obtainedAt,
  expiresAt: obtainedAt + HOUR,
});

/** Tabs of one browser: messages reach the others, and one at a time has the lock. */
function browser() {
  const world = { now: 0, refreshes: 0, refuses: false };
  const tabs: { receive: (message: Message) => void }[] = [];
  let lock: Promise<unknown> = Promise.resolve();
  function open(kept?: unknown) {
    let stored = kept;
    const tab = createSession({
      load: () => stored,
      save: (next) => (stored = next),
      // As a channel does: later, and not to the sender.
      tell: (message) => {
        for (const other of tabs) if (other !== tab) setImmediate(() => other.receive(message));
      },
      now: () => world.now,
      exclusively: (work) => {
        const turn = lock.then(work);
        lock = turn.catch(() => undefined);
        return turn;
      },
      refresh: async () => {
        if (world.refuses) throw new SignedOut('revoked');
        world.refreshes += 1;
        return tokens(100 + world.refreshes, world.now);
      },
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
    });
    tabs.push(tab);
    return { ...tab, stored: () => stored };
  }
  return { world, open };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('tokens', () => {
  test('are fresh until a minute before they end; short-lived ones for four fifths of their life', () => {
    expect([0, HOUR - 60_001, HOUR - 60_000].map((now) => isFresh(tokens(1), now))).toEqual([true, true, false]);
    const short = { ...tokens(1), expiresAt: 100_000 };
    expect([79_999, 80_000].map((now) => isFresh(short, now))).toEqual([true, false]);
  });

  test('are not trusted when the clock was set back: only spans count', () => {
    expect(isFresh(tokens(1, 1000), 999)).toBe(false);
  });

  test('are read only where they are whole', () => {
    expect(readTokens(tokens(1))).toEqual(tokens(1));
    for (const field of ['accessToken', 'refreshToken', 'sub', 'obtainedAt', 'expiresAt'])
      expect(readTokens({ ...tokens(1), [field]: undefined })).toBeUndefined();
    for (const other of [null, 'x', 7, []]) expect(readTokens(other)).toBeUndefined();
  });
});

describe('a session', () => {
  test('is found in the tab’s own storage', async () => {
    const tab = browser().open(tokens(1));
    await tab.start();
    expect(tab.session.value).toEqual({ status: 'in', sub: 'ann', email: undefined });
    expect(await tab.accessToken()).toBe('access-1');
  });

  test('is taken over from another tab, and is none where no tab has one', async () => {
    const { open } = browser();
    const alone = open();
    await alone.start();
    expect(alone.session.value).toEqual({ status: 'out', ended: false });
    const first = open(tokens(1));
    await first.start();
    const second = open();
    await second.start();
    expect(await second.accessToken()).toBe('access-1');
  });

  test('is refreshed by one tab for all, though all ask at once', async () => {
    const { open, world } = browser();
    const tabs = [open(tokens(1)), open(tokens(1)), open(tokens(1))];
    await Promise.all(tabs.map((tab) => tab.start()));
    world.now = HOUR;
    const given = await Promise.all(tabs.flatMap((tab) => [tab.accessToken(), tab.accessToken()]));
    expect(new Set(given)).toEqual(new Set(['access-101']));
    expect(world.refreshes).toBe(1);
  });

  test('gives a refused token no second time', async () => {
    const { open, world } = browser();
    const tab = open(tokens(1));
    await tab.start();
    expect(await tab.accessToken('access-1')).toBe('access-101');
    expect(world.refreshes).toBe(1);
  });

  test('a session that the user pool ended ends here too, and the tokens are deleted', async () => {
    const { open, world } = browser();
    const tab = open(tokens(1));
    await tab.start();
    Object.assign(world, { now: HOUR, refuses: true });
    await expect(tab.accessToken()).rejects.toThrow(SignedOut);
    expect([tab.session.value, tab.stored()]).toEqual([{ status: 'out', ended: true }, undefined]);
  });

  test('ends in every tab of the same user, and in no other', async () => {
    const { open } = browser();
    const [first, second, other] = [open(tokens(1)), open(tokens(1)), open({ ...tokens(1), sub: 'otto' })];
    await Promise.all([first, second, other].map((tab) => tab.start()));
    expect(first.signOut()).toEqual(tokens(1));
    await settle();
    expect(second.session.value).toEqual({ status: 'out', ended: true });
    expect(other.session.value.status).toBe('in');
    await expect(second.accessToken()).rejects.toThrow(SignedOut);
  });

  test('is not put back by older news', async () => {
    const { open } = browser();
    const tab = open(tokens(2, 5000));
    await tab.start();
    tab.receive({ type: 'signed-in', tokens: tokens(1) });
    expect(tab.tokenNow()).toBe('access-2');
  });
});
