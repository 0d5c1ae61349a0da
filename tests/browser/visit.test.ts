import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../clients/browser/chromium.ts';
import { passwordOf } from '../end-to-end/support/gallery.ts';
import { eventually } from 'local-cloud/testing';
import { HEIC, HOSTILE, takesHeic, twelveFiles, type Dropped } from './support/files.ts';
import { galleryUnderTest, type Gallery } from './support/gallery.ts';
import { networkOf } from './support/network.ts';
import { drop, person, signInAt, tileOf, type Manner, type Person } from './support/person.ts';
import { screenshot } from './support/screenshots.ts';

let gallery: Gallery;
let browser: Browser;
let files: readonly Dropped[];

beforeAll(async () => {
  [gallery, browser, files] = await Promise.all([galleryUnderTest(), launchBrowser(), twelveFiles()]);
});
afterAll(() => browser.close());

describe.each<Manner>([
  { language: 'en', look: 'light', device: 'desktop' },
  { language: 'ko', look: 'dark', device: 'phone' },
])('a visit in $language, $look, on a $device', (manner) => {
  let ann: Person;
  let page: Page;
  const { language, look, device } = manner;
  const shot = (name: string) => screenshot(page, `${name}-${language}-${look}-${device}`);
  const names = () => page.locator('.tile').evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-name')));

  beforeAll(async () => {
    ann = await person(browser, gallery, manner);
    page = await ann.open();
  });
  afterAll(() => ann.close());

  test('begins with a page that says what this is, in the language of the browser', async () => {
    const { words } = ann;
    await page.getByRole('button', { name: words.signIn }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await page.getByText(words.signInHint).isVisible()).toBe(true);
    await shot('welcome');
  });

  test('signing in leads over the pool’s page, in the same language, and leaves no code in the address', async () => {
    await page.getByRole('button', { name: ann.words.signIn }).click();
    await page.locator('input[name=username]').fill(ann.email);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    await page.locator('input[name=password]').fill(passwordOf(ann.email));
    await page.locator('form button').click();
    await page.getByRole('button', { name: ann.words.account }).waitFor();
    expect(page.url()).toBe(gallery.url);
    await page.getByText(ann.words.empty).waitFor();
    await shot('empty');
  });

  test('twelve files are dropped, and each says how far it is', async () => {
    const network = await networkOf(page);
    await network.slow(250_000);
    await drop(page, files);
    expect(await page.locator('.tile').count()).toBe(12);
    const bar = page.locator('.bar.uploading');
    const counts = Array.from({ length: 11 }, (_, n) => ann.words.uploading(n + 1, 12));
    await eventually('some that are sent', async () => {
      const text = (await bar.locator('.what').textContent()) ?? '';
      return counts.some((count) => text.startsWith(count));
    });
    const value = () => bar.locator('progress').evaluate((element: HTMLProgressElement) => element.value);
    const before = await value();
    await eventually('progress', async () => (await value()) > before);
    await eventually('a tile with its speed', async () =>
      /\d.*\/s$/u.test((await page.locator('.tile.sending .figures').first().textContent()) ?? ''),
    );
    await shot('uploading');
    await network.fast();
  });

  test('thumbnails appear without a reload, and reasons for what is no photograph', async () => {
    for (const { name } of files.slice(0, 9)) {
      await tileOf(page, name).and(page.locator('.ready')).locator('.thumbnail').waitFor({ timeout: 60_000 });
    }
    for (const name of Object.values(HOSTILE)) {
      const tile = tileOf(page, name).and(page.locator('.rejected'));
      await tile.waitFor({ timeout: 60_000 });
      expect(await tile.locator('strong').textContent()).toBe(name);
      expect(await tile.locator('.reason').getAttribute('lang')).toBe(language);
      expect(await tile.locator('.reason').textContent()).toMatch(language === 'ko' ? /니다\.$/u : /^[A-Z0-9].*\.$/u);
    }
    expect(await tileOf(page, HOSTILE.entities).locator('.reason').textContent()).toContain('65535');
    const heic = tileOf(page, HEIC).and(page.locator(takesHeic ? '.ready' : '.rejected'));
    await heic.waitFor({ timeout: 60_000 });
    if (!takesHeic) expect(await heic.locator('.reason').textContent()).toContain('HEIC');
    await shot('gallery');
  });

  test('names that look like markup did nothing', async () => {
    expect(await page.title()).toBe(ann.words.title);
    expect(await page.locator('#app :is(script, [onerror], [onload], img[src=x])').count()).toBe(0);
  });

  test('a picture opens large, with all that is known of it, renditions as soon as they are there', async () => {
    await tileOf(page, 'lake.jpg').click();
    const lightbox = page.locator('.pswp--open.pswp--ui-visible');
    await lightbox.waitFor();
    await page.getByRole('button', { name: ann.words.details, exact: true }).click();
    const details = page.locator('.details');
    await details.getByText('AVIF').first().waitFor({ timeout: 60_000 });
    const text = (await details.innerText()).replace(/\s+/gu, ' ');
    expect(text).toMatch(/1095 × 730/u);
    const facts = await details.locator('dt').allTextContents();
    const { fields } = ann.words;
    const wanted = [fields.added, fields.taken, fields.dimensions, fields.size, fields.format, fields.camera];
    expect(facts).toEqual(expect.arrayContaining([...wanted, fields.lens, fields.exposure, fields.colour]));
    expect(await details.locator('.made').count()).toBe(2);
    for (const made of await details.locator('.made').all()) {
      expect(await made.locator('p').textContent()).toMatch(/1.*·.*\d/u);
      expect(await made.locator('li').count()).toBeGreaterThan(1);
    }
    const source = () => page.locator('.pswp__item[aria-hidden=false] .pswp__img').last().getAttribute('src');
    await eventually('the large rendition', async () => ((await source()) ?? '').includes('/renditions/'));
    const download = page.waitForEvent('download');
    await details.getByRole('link', { name: ann.words.download }).click();
    expect((await download).suggestedFilename()).toBe('lake.jpg');
    await shot('lightbox');
  });

  test('one leafs through, and is back at the tile that was seen last', async () => {
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Escape');
    await page.locator('.pswp').waitFor({ state: 'detached' });
    const list = await names();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-name'));
    const after = list[list.findIndex((name) => name === 'lake.jpg') + 1];
    await eventually('the focus', async () => (await focused()) === after);
  });

  test('what is deleted can be undone, and nothing was asked of the API', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'DELETE') asked.push(request.url());
    });
    const before = await names();
    await tileOf(page, 'harbour.jpg').focus();
    await page.keyboard.press('Delete');
    await tileOf(page, 'harbour.jpg').waitFor({ state: 'detached' });
    const bar = page.locator('.bar', { hasText: ann.words.deleted(['harbour.jpg']) });
    expect(await bar.locator('small').textContent()).toBe(ann.words.deletedUntil(7));
    await shot('undo');
    if (device === 'desktop') await page.keyboard.press('Control+z');
    else await bar.getByRole('button', { name: ann.words.undo }).click();
    await tileOf(page, 'harbour.jpg').waitFor();
    expect(await names()).toEqual(before);
    expect(asked).toEqual([]);
  });

  const isDeleted = async (imageId: string): Promise<boolean> => {
    const { access } = await gallery.signInAs(ann.email);
    const { json } = await gallery.ask(`api/images?ids=${imageId}`, { token: access });
    return (json['images'] as { status: string }[]).every(({ status }) => status === 'deleted');
  };

  test('without an undo it is deleted when the time for one has passed', async () => {
    const imageId = (await tileOf(page, 'harbour.jpg').getAttribute('data-image')) ?? '';
    await tileOf(page, 'harbour.jpg').focus();
    const asked = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await page.keyboard.press('Delete');
    expect(await isDeleted(imageId)).toBe(false);
    expect((await asked).url()).toContain(imageId);
    await eventually('the deletion', () => isDeleted(imageId));
  });

  test('or at once when the page is left', async () => {
    const imageId = (await tileOf(page, 'lake.jpg').getAttribute('data-image')) ?? '';
    await tileOf(page, 'lake.jpg').focus();
    await page.keyboard.press('Delete');
    await tileOf(page, 'lake.jpg').waitFor({ state: 'detached' });
    await page.goto('about:blank');
    await eventually('the deletion', () => isDeleted(imageId), 7);
    await page.goto(gallery.url);
    await page.locator('.tile').first().waitFor();
    expect(await page.locator('.tile').count()).toBe(10);
    expect(await tileOf(page, 'lake.jpg').count()).toBe(0);
  });

  test('signing out ends the session of the pool’s page too', async () => {
    await page.getByRole('button', { name: ann.words.account }).click();
    await shot('account');
    const left = page.waitForRequest(/\/logout\?/u);
    await page.getByRole('button', { name: ann.words.signOut }).click();
    await left;
    await page.waitForURL(gallery.url);
    await page.getByRole('button', { name: ann.words.signIn }).waitFor();
    expect(await page.evaluate(() => JSON.stringify([sessionStorage, localStorage]))).not.toMatch(/token/iu);
    await signInAt(page, ann.words, ann.email);
    await page.locator('.tile').first().waitFor();
  });
});
