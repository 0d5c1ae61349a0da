import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../clients/browser/chromium.ts';
import { complaints } from './support/axe.ts';
import { HOSTILE, photograph, twelveFiles, type Dropped } from './support/files.ts';
import { galleryUnderTest, type Gallery } from './support/gallery.ts';
import { networkOf } from './support/network.ts';
import { atADesk, drop, person, tileOf, type Manner, type Person } from './support/person.ts';
import { screenshot } from './support/screenshots.ts';

let gallery: Gallery;
let browser: Browser;
let email: string;
let late: Dropped;

/** A gallery that all manners of visitors look at. */
beforeAll(async () => {
  [gallery, browser, late] = await Promise.all([galleryUnderTest(), launchBrowser(), photograph(51, 'late.jpg', 1.5)]);
  const ann = await person(browser, gallery, atADesk);
  email = ann.email;
  const page = await ann.signIn();
  const files = await twelveFiles();
  await drop(page, files);
  for (const { name } of files)
    await tileOf(page, name).and(page.locator(':is(.ready, .rejected)')).waitFor({ timeout: 90_000 });
  await ann.close();
});
afterAll(() => browser.close());

const manners = (['en', 'ko'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((look) =>
    (['desktop', 'phone'] as const).map((device): Manner => ({ language, look, device })),
  ),
);

describe.each(manners)('axe has nothing against the page in $language, $look, on a $device:', (manner) => {
  let ann: Person;
  let page: Page;
  const name = (what: string) => `looks-${what}-${Object.values(manner).join('-')}`;
  beforeAll(async () => {
    ann = await person(browser, gallery, { ...manner, email });
    page = await ann.open();
  });
  afterAll(() => ann.close());

  test('the welcome', async () => {
    await page.getByRole('button', { name: ann.words.signIn }).waitFor();
    expect(await complaints(page)).toEqual([]);
  });

  test('the gallery, with thumbnails and reasons', async () => {
    await page.close();
    page = await ann.signIn();
    await tileOf(page, HOSTILE.markup).waitFor();
    await tileOf(page, 'lake.jpg').locator('.thumbnail').waitFor();
    await screenshot(page, name('gallery'));
    expect(await complaints(page)).toEqual([]);
  });

  test('the account', async () => {
    await page.getByRole('button', { name: ann.words.account }).click();
    await page.getByRole('button', { name: ann.words.signOut }).waitFor();
    await screenshot(page, name('account'));
    expect(await complaints(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('an upload that is under way', async () => {
    const network = await networkOf(page);
    await network.slow(30_000);
    await drop(page, [late]);
    await tileOf(page, 'late.jpg').locator('.preview').waitFor();
    const found = await complaints(page);
    // First taken back, so that what axe finds here does not reach the tests after it.
    await page.locator('.bar').getByRole('button', { name: ann.words.cancel }).click();
    await tileOf(page, 'late.jpg').waitFor({ state: 'detached' });
    await network.fast();
    expect(found).toEqual([]);
  });

  test('the lightbox with its details', async () => {
    await tileOf(page, 'lake.jpg').click();
    await page.locator('.pswp--open.pswp--ui-visible').waitFor();
    await page.getByRole('button', { name: ann.words.details, exact: true }).click();
    await page.locator('.details dl').waitFor();
    await screenshot(page, name('lightbox'));
    expect(await complaints(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.pswp').waitFor({ state: 'detached' });
  });

  test('a deletion that can be undone', async () => {
    await tileOf(page, 'lake.jpg').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: ann.words.undo }).waitFor();
    expect(await complaints(page)).toEqual([]);
    await page.getByRole('button', { name: ann.words.undo }).click();
    await tileOf(page, 'lake.jpg').waitFor();
  });
});

test('a choice of language and appearance holds in every tab and after a reload', async () => {
  const ann = await person(browser, gallery, { ...atADesk, email });
  const page = await ann.open();
  const other = await ann.open();
  const [appearance, language] = [page.locator('.choices select').first(), page.locator('.choices select').last()];
  await language.selectOption('ko');
  await appearance.selectOption('dark');
  for (const tab of [page, other]) {
    await tab.locator('html[lang=ko][data-appearance=dark]').waitFor({ state: 'attached' });
    await tab.reload();
    await tab.locator('html[lang=ko][data-appearance=dark]').waitFor({ state: 'attached' });
  }
  await ann.close();
});
