import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../clients/browser/chromium.ts';
import { twelveFiles } from './support/files.ts';
import { galleryUnderTest, type Gallery } from './support/gallery.ts';
import { atADesk, drop, person } from './support/person.ts';

let gallery: Gallery;
let browser: Browser;
beforeAll(async () => {
  [gallery, browser] = await Promise.all([galleryUnderTest(), launchBrowser()]);
});
afterAll(() => browser.close());
const S = '/work/wt/reports/shots';
test('x', async () => {
  const ann = await person(browser, gallery, atADesk);
  const page = await ann.open();
  await page.screenshot({ path: `${S}/raw-welcome.png` });
  await page.close();
  const p = await ann.signIn();
  await p.screenshot({ path: `${S}/raw-empty.png` });
  await drop(p, await twelveFiles());
  await p.waitForSelector('.tile.sending');
  await p.screenshot({ path: `${S}/raw-sending.png` });
  await p.waitForSelector('.tile.ready');
  await p.screenshot({ path: `${S}/raw-some.png` });
  await p.waitForFunction(() => document.querySelectorAll('.tile.ready .thumbnail, .tile.rejected').length === 12, undefined, {timeout: 90000});
  await p.screenshot({ path: `${S}/raw-all.png` });
  await p.locator('.tile.ready').first().click();
  await p.waitForSelector('.pswp--open');
  await p.locator('.pswp__button--details').click();
  await p.waitForSelector('.details dl');
  await p.screenshot({ path: `${S}/raw-lightbox.png` });
  expect(ann.troubles).toEqual([]);
});
