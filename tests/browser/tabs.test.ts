import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../clients/browser/chromium.ts';
import { eventually } from 'local-cloud/testing';
import { photograph } from './support/files.ts';
import { galleryUnderTest, type Gallery } from './support/gallery.ts';
import { atADesk, drop, person, signInAt, tileOf, type Person } from './support/person.ts';

let gallery: Gallery;
let browser: Browser;
let ann: Person;

beforeAll(async () => {
  [gallery, browser] = await Promise.all([galleryUnderTest(), launchBrowser()]);
});
afterAll(() => browser.close());
beforeEach(async () => {
  ann = await person(browser, gallery, { ...atADesk, expected: /\b40[01]\b/u });
});
afterEach(() => ann.close());

const signedIn = (page: Page) => page.getByRole('button', { name: ann.words.account }).waitFor();
const signedOut = (page: Page) => page.getByRole('button', { name: ann.words.signIn }).waitFor();

/** Questions for new tokens by a refresh token, of all tabs. */
function countRefreshes(context: BrowserContext): { count: number } {
  const seen = { count: 0 };
  context.on('request', (request) => {
    if (request.url().endsWith('/oauth2/token') && request.postData()?.includes('grant_type=refresh_token'))
      seen.count += 1;
  });
  return seen;
}

/** What the tab holds is made old, as an hour makes it, and taken up by a reload. */
async function age(page: Page, change: Record<string, unknown>): Promise<void> {
  await page.evaluate((changed) => {
    const tokens = JSON.parse(sessionStorage.getItem('gallery.tokens') ?? '{}') as object;
    sessionStorage.setItem('gallery.tokens', JSON.stringify({ ...tokens, ...changed }));
  }, change);
}
const tokenOf = (page: Page) =>
  page.evaluate(
    () => (JSON.parse(sessionStorage.getItem('gallery.tokens') ?? '{}') as { accessToken?: string }).accessToken,
  );

test('a second tab is signed in by the first one, and shows what the first one adds and deletes', async () => {
  const first = await ann.signIn();
  const second = await ann.open();
  await signedIn(second);
  await drop(first, [await photograph(31, 'shared.jpg', 0.3)]);
  await tileOf(first, 'shared.jpg').and(first.locator('.ready')).waitFor({ timeout: 60_000 });
  await second.bringToFront();
  await eventually('the picture in the other tab', async () => {
    await second.mouse.move(Math.random() * 400, 300);
    return (await tileOf(second, 'shared.jpg').count()) === 1;
  });
  await first.bringToFront();
  await tileOf(first, 'shared.jpg').focus();
  await first.keyboard.press('Delete');
  await tileOf(second, 'shared.jpg').waitFor({ state: 'detached' });
});

test('signing out of one tab signs out of all', async () => {
  const first = await ann.signIn();
  const second = await ann.open();
  await signedIn(second);
  await first.getByRole('button', { name: ann.words.account }).click();
  await first.getByRole('button', { name: ann.words.signOut }).click();
  await signedOut(second);
  expect(await second.getByText(ann.words.sessionEnded).isVisible()).toBe(true);
  expect(await second.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a token is refreshed before it ends, by one tab for all', async () => {
  const first = await ann.signIn();
  const second = await ann.open();
  await signedIn(second);
  const before = await tokenOf(first);
  const refreshes = countRefreshes(ann.context);
  const now = Date.now();
  // Ten seconds are left of an hour.
  const old = { obtainedAt: now - 3_590_000, expiresAt: now + 10_000 };
  await Promise.all([age(first, old), age(second, old)]);
  await Promise.all([first.reload(), second.reload()]);
  await Promise.all([first, second].map((page) => page.getByText(ann.words.empty).waitFor()));
  await eventually('the same new token in both tabs', async () => {
    const [one, other] = await Promise.all([tokenOf(first), tokenOf(second)]);
    return one === other && one !== before;
  });
  expect(refreshes.count).toBe(1);
});

test('a token that the API refuses is refreshed once, and nobody notices', async () => {
  const page = await ann.signIn();
  const refreshes = countRefreshes(ann.context);
  await age(page, { accessToken: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' });
  await page.reload();
  await page.getByText(ann.words.empty).waitFor();
  expect(refreshes.count).toBe(1);
});

test('a session that the pool has ended says so, and one may sign in again', async () => {
  const page = await ann.signIn();
  await age(page, { refreshToken: 'no-such-token', obtainedAt: 0, expiresAt: 1 });
  await page.reload();
  await page.getByText(ann.words.sessionEnded).waitFor();
});

test.each([
  ['two days ahead', 2 * 86_400_000],
  ['a year behind', -365 * 86_400_000],
])('a clock that is %s locks nobody out', async (_, skew) => {
  await ann.context.clock.install({ time: Date.now() + skew });
  const page = await ann.signIn();
  await drop(page, [await photograph(32, 'clock.jpg', 0.3)]);
  await tileOf(page, 'clock.jpg').and(page.locator('.ready')).locator('.thumbnail').waitFor({ timeout: 60_000 });
  await page.reload();
  await tileOf(page, 'clock.jpg').and(page.locator('.ready')).waitFor();
});

test('an answer to a sign-in that this tab has not begun is not taken', async () => {
  const page = await ann.open('?code=stolen&state=whatever');
  await page.getByText(ann.words.signInFailed).waitFor();
  expect(page.url()).toBe(gallery.url);
  await signInAt(page, ann.words, ann.email);
});
