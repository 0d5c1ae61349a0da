import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../clients/browser/chromium.ts';
import { eventually } from 'local-cloud/testing';
import { photograph, type Dropped } from './support/files.ts';
import { galleryUnderTest, type Gallery } from './support/gallery.ts';
import { networkOf, type Network } from './support/network.ts';
import { atADesk, drop, person, tileOf, type Person } from './support/person.ts';
import { screenshot } from './support/screenshots.ts';

/** Bytes per second: a photograph takes some seconds, so that there is a middle of an upload. */
const SLOW = 60_000;

let gallery: Gallery;
let browser: Browser;
let files: readonly Dropped[];
let ann: Person;
let page: Page;
let network: Network;

beforeAll(async () => {
  [gallery, browser] = await Promise.all([galleryUnderTest(), launchBrowser()]);
  files = await Promise.all(['first.jpg', 'second.jpg', 'third.jpg'].map((name, n) => photograph(20 + n, name, 0.4)));
});
afterAll(() => browser.close());
beforeEach(async () => {
  // What is sent without a connection, or refused, is an error for the console.
  ann = await person(browser, gallery, { ...atADesk, expected: /ERR_INTERNET_DISCONNECTED|\b403\b/u });
  page = await ann.signIn();
  network = await networkOf(page);
});
afterEach(() => ann.close());

const phase = (name: string, wanted: string) => tileOf(page, name).and(page.locator(`.${wanted}`));
const sent = () =>
  page.locator('.bar.uploading progress').evaluate((element: HTMLProgressElement) => element.value, undefined, {
    timeout: 5_000,
  });
/** Names of the user's images, as the API lists them. */
async function listed(): Promise<string[]> {
  const { access } = await gallery.signInAs(ann.email);
  const { json } = await gallery.ask('api/images', { token: access });
  return (json['images'] as { name: string }[]).map(({ name }) => name).sort();
}

describe('uploads', () => {
  test('wait while the connection is lost, and go on by themselves when it is back', async () => {
    await network.slow(SLOW);
    await drop(page, files);
    await eventually('the middle of an upload', async () => (await sent()) > 10_000);
    await network.lost();
    await page.locator('.bar').getByText(ann.words.offline).waitFor();
    await phase('first.jpg', 'waiting').waitFor();
    expect(await tileOf(page, 'first.jpg').locator('.figures').textContent()).toContain(ann.words.phases.waiting);
    await screenshot(page, 'offline-en-light-desktop');
    await network.fast();
    for (const { name } of files) await phase(name, 'ready').waitFor({ timeout: 60_000 });
    // None twice, though all were sent twice.
    expect(await listed()).toEqual(files.map(({ name }) => name).sort());
  });

  test('whose form comes only after the connection was lost and found are known by the form that was used', async () => {
    let answerFirst = (): void => undefined;
    const held = new Promise<void>((resolve) => (answerFirst = resolve));
    let asked = 0;
    await page.route('**/api/uploads', async (route) => {
      asked += 1;
      if (asked > 1) return route.continue();
      const response = await route.fetch();
      await held;
      return route.fulfill({ response });
    });
    await drop(page, files.slice(0, 1));
    await eventually('the first question', () => asked === 1);
    // What the browser says of its connection, which does not end what is on its way.
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
      dispatchEvent(new Event('offline'));
    });
    await phase('first.jpg', 'waiting').waitFor();
    await network.slow(SLOW);
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'onLine', { value: true, configurable: true });
      dispatchEvent(new Event('online'));
    });
    await eventually('the middle of an upload', async () => (await sent()) > 10_000);
    const answered = page.waitForResponse('**/api/uploads');
    answerFirst();
    await answered;
    await network.fast();
    await phase('first.jpg', 'ready').waitFor({ timeout: 30_000 });
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('one is cancelled without the others', async () => {
    await network.slow(SLOW);
    await drop(page, files);
    await eventually('the middle of an upload', async () => (await sent()) > 10_000);
    await tileOf(page, 'second.jpg').hover();
    await page.getByRole('button', { name: ann.words.cancelOne('second.jpg') }).click();
    await tileOf(page, 'second.jpg').waitFor({ state: 'detached' });
    await network.fast();
    await phase('first.jpg', 'ready').waitFor({ timeout: 60_000 });
    await phase('third.jpg', 'ready').waitFor({ timeout: 60_000 });
    expect(await listed()).toEqual(['first.jpg', 'third.jpg']);
  });

  test('that fail say why, and are tried again when asked to', async () => {
    let isBroken = true;
    await page.route(/127\.0\.0\.1:\d+\/[^_]/u, (route) =>
      isBroken && route.request().method() === 'POST'
        ? route.fulfill({
            status: 403,
            body: '<Error><Code>AccessDenied</Code></Error>',
            headers: { 'access-control-allow-origin': '*' },
          })
        : route.continue(),
    );
    const [first] = files;
    if (first === undefined) throw new Error('nothing was drawn');
    await drop(page, [first, { name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('no photo') }]);
    const failed = phase('first.jpg', 'failed');
    await failed.waitFor();
    expect(await failed.locator('.reason').textContent()).toBe(ann.words.reasons.refused);
    const text = phase('notes.txt', 'failed');
    expect(await text.locator('.reason').textContent()).toBe(ann.words.reasons['unsupported-type']);
    expect(await text.getByRole('button', { name: ann.words.retry }).count()).toBe(0);
    await screenshot(page, 'failed-en-light-desktop');
    isBroken = false;
    await failed.getByRole('button', { name: ann.words.retry }).click();
    await phase('first.jpg', 'ready').waitFor({ timeout: 60_000 });
    await text.getByRole('button', { name: ann.words.remove }).click();
    await tileOf(page, 'notes.txt').waitFor({ state: 'detached' });
  });

  test('survive a reload of the page', async () => {
    await network.slow(SLOW);
    await drop(page, files);
    await eventually('the middle of an upload', async () => (await sent()) > 10_000);
    await eventually('copies of all files', () =>
      page.evaluate(
        (count) =>
          new Promise<boolean>((resolve) => {
            const request = indexedDB.open('gallery', 1);
            request.onsuccess = () => {
              const all = request.result.transaction('uploads').objectStore('uploads').getAll();
              all.onsuccess = () => {
                request.result.close();
                resolve((all.result as { file?: File }[]).filter(({ file }) => file !== undefined).length === count);
              };
            };
          }),
        files.length,
      ),
    );
    await page.reload();
    for (const { name } of files) await phase(name, 'ready').waitFor({ timeout: 60_000 });
    expect(await listed()).toEqual(files.map(({ name }) => name).sort());
  });

  test('are named after a reload where the browser could not keep them', async () => {
    await page.evaluate(() => {
      // A disk that is full takes names, and no files.
      const prototype = IDBObjectStore.prototype as { put: (value: object) => unknown };
      prototype.put = new Proxy(prototype.put, {
        apply: (put, store, [value]: [object]) => {
          if ('file' in value) throw new DOMException('full', 'QuotaExceededError');
          return Reflect.apply(put, store, [value]);
        },
      });
    });
    await network.slow(SLOW);
    await drop(page, files);
    await eventually('the middle of an upload', async () => (await sent()) > 10_000);
    await page.reload();
    const bar = page.locator('.bar.lost');
    await bar.waitFor();
    expect(await bar.locator('li').allTextContents()).toEqual(files.map(({ name }) => name));
    await screenshot(page, 'lost-en-light-desktop');
    await bar.getByRole('button', { name: ann.words.close }).click();
    await bar.waitFor({ state: 'detached' });
  });
});

test('photographs may be chosen, pasted or taken as well', async () => {
  const [first, second, third] = files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: bytes }));
  if (first === undefined || second === undefined || third === undefined) throw new Error('nothing was drawn');
  await page.locator('input[type=file][multiple]').setInputFiles([first]);
  await page.locator('input[type=file][capture]').setInputFiles([second]);
  await page.evaluate(
    ({ name, base64 }) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name, { type: 'image/jpeg' }));
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
    },
    { name: third.name, base64: third.buffer.toString('base64') },
  );
  for (const { name } of files) await phase(name, 'ready').waitFor({ timeout: 60_000 });
});
