import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page, Request } from 'playwright-core';
import { launchBrowser } from '../clients/browser/chromium.ts';
import { eventually } from 'local-cloud/testing';
import { photograph } from './support/files.ts';
import { galleryUnderTest, type Gallery } from './support/gallery.ts';
import { addCopies } from './support/many-images.ts';
import { atADesk, drop, person, tileOf, type Person } from './support/person.ts';
import { recordsOf, setProcessedBy } from './support/records.ts';
import { screenshot } from './support/screenshots.ts';

let gallery: Gallery;
let browser: Browser;
let ann: Person;
let page: Page;
let newest: string;

beforeAll(async () => {
  [gallery, browser] = await Promise.all([galleryUnderTest(), launchBrowser()]);
  ann = await person(browser, gallery, atADesk);
  // Time goes by as ever, but can be made to pass.
  await ann.context.clock.install();
  page = await ann.signIn();
  await drop(page, [await photograph(41, 'newest.jpg', 0.5)]);
  await tileOf(page, 'newest.jpg').and(page.locator('.ready')).waitFor({ timeout: 60_000 });
  newest = (await tileOf(page, 'newest.jpg').getAttribute('data-image')) ?? '';
  await eventually('the renditions', async () =>
    (await recordsOf(gallery, newest)).some(({ recipe, status }) => recipe === 'renditions' && status === 'ready'),
  );
  await addCopies(gallery, newest, 500);
  await page.reload();
  await tileOf(page, 'newest.jpg').waitFor();
});
afterAll(async () => {
  await ann.close();
  await browser.close();
});

const isAsked = (request: Request): boolean => new URL(request.url()).pathname.startsWith('/api/');

describe('501 images', () => {
  test('come page by page while one scrolls, and only what is seen is in the document', async () => {
    const pages: string[] = [];
    page.on('request', (request) => {
      if (/\/api\/images(\?cursor|$)/u.test(request.url())) pages.push(request.url());
    });
    await eventually('the last of them', async () => {
      await page.mouse.wheel(0, 2000);
      return (await tileOf(page, 'copy 00500.jpg').count()) === 1;
    });
    expect(await page.locator('.count').textContent()).toBe(ann.words.count(501, false));
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(await page.locator('.tile').count()).toBeLessThan(120);
    await tileOf(page, 'copy 00500.jpg').locator('.thumbnail').waitFor();
  });

  test('are reached by the keyboard, and the row with the focus is on the screen', async () => {
    await page.keyboard.press('Home');
    const focus = () => page.evaluate(() => document.activeElement?.getAttribute('data-name'));
    await tileOf(page, 'newest.jpg').focus();
    await page.keyboard.press('End');
    await eventually('the end', async () => (await focus()) === 'copy 00500.jpg');
    expect(
      await page.evaluate(() => {
        const { top = -1, bottom = Infinity } = document.activeElement?.getBoundingClientRect() ?? {};
        return top >= 0 && bottom <= innerHeight;
      }),
    ).toBe(true);
    await page.keyboard.press('ArrowLeft');
    await eventually('the one before', async () => (await focus()) === 'copy 00499.jpg');
    await page.keyboard.press('Home');
    await eventually('the beginning', async () => (await focus()) === 'newest.jpg');
  });

  test('are kept from asking anything while nothing happens', async () => {
    const asked: string[] = [];
    page.on('request', (request) => {
      if (isAsked(request)) asked.push(request.url());
    });
    await page.clock.runFor('06:00');
    expect(asked).toEqual([]);
  });

  test('show the placeholder of each before its thumbnail comes', async () => {
    let letThrough = (): void => undefined;
    const held = new Promise<void>((resolve) => (letThrough = resolve));
    await page.route(/\/thumbnails\//u, async (route) => {
      await held;
      await route.continue();
    });
    await page.reload();
    await tileOf(page, 'newest.jpg').locator('.placeholder').waitFor();
    expect(await page.locator('.thumbnail.sharp').count()).toBe(0);
    letThrough();
    await tileOf(page, 'newest.jpg').locator('.thumbnail.sharp').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  });
});

describe('while a release is under way', () => {
  const releases = () =>
    page.route('**/api/config', async (route) => {
      const answer = await route.fetch();
      const config = (await answer.json()) as object;
      const versions = [
        { recipe: 'thumbnails', version: '1', weight: 0.9 },
        { recipe: 'thumbnails', version: '2', weight: 0.1, isNew: true },
      ];
      await route.fulfill({
        response: answer,
        json: { ...config, release: { underWay: true, versions } },
      });
    });

  test('tiles say which version made them, and change with what the pipeline makes', async () => {
    await releases();
    await page.reload();
    const badge = tileOf(page, 'newest.jpg').locator('.version');
    await badge.waitFor();
    const { processedBy } = (await recordsOf(gallery, newest)).find(({ recipe }) => recipe === 'thumbnails') ?? {};
    expect(await badge.textContent()).toBe(ann.words.version(processedBy ?? ''));
    await setProcessedBy(gallery, newest, '2');
    await eventually('the new version', async () => (await badge.textContent()) === ann.words.version('2'), 20);
    expect(await badge.getAttribute('class')).toContain('new');
    await page.getByText(ann.words.releasing).waitFor();
    await screenshot(page, 'release-en-light-desktop');
  });

  test('a hidden tab asks nothing, and looks as soon as it is seen again', async () => {
    const asked: string[] = [];
    const set = (state: 'hidden' | 'visible') =>
      page.evaluate((next) => {
        Object.defineProperty(document, 'visibilityState', { value: next, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await set('hidden');
    page.on('request', (request) => {
      if (isAsked(request)) asked.push(request.url());
    });
    await page.clock.runFor('02:00');
    expect(asked).toEqual([]);
    const looked = page.waitForRequest(isAsked);
    await set('visible');
    await page.clock.runFor('00:05');
    await looked;
  });

  test('when it is over, the badges go and it is quiet again', async () => {
    await page.unrouteAll({ behavior: 'wait' });
    await tileOf(page, 'newest.jpg').locator('.version').waitFor({ state: 'detached', timeout: 20_000 });
  });
});
