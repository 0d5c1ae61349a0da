import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../tests/clients/browser/chromium.ts';

/** ms. Longer than this, and somebody notices that the page does not answer. */
export const GOAL_LONGEST_TASK = 100;

// Scripts for the page, as text: what compiles this file knows no browser.
const WATCH = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(Math.round(duration));
  }).observe({ type: 'longtask', buffered: true });`;
const SCROLL = `(async () => {
  for (let frame = 0; frame < 30; frame += 1) {
    await new Promise(requestAnimationFrame);
    scrollBy(0, innerHeight / 30);
  }
})()`;

type Visit = { url: string; email: string; password: string };
/** Tasks of the page's thread of 50 ms or more, ms. */
export type LongTasks = { start: number[]; scrolling: number[] };

/**
 * Opens the gallery as somebody with many images, and scrolls through `screens` screens of them, frame by frame, twice as fast as anybody
 * reads. Thumbnails are one small picture: the images were never uploaded.
 */
export async function longTasks({ url, email, password }: Visit, screens: number): Promise<LongTasks> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const body = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#9bbbce' } })
      .webp()
      .toBuffer();
    await page.route(/\/thumbnails\//u, (route) => route.fulfill({ contentType: 'image/webp', body }));
    await page.addInitScript({ content: WATCH });
    await page.goto(url);
    await page.locator('.welcome button').click();
    await page.locator('input[name=username]').fill(email);
    await page.locator('input[name=password]').fill(password);
    await page.locator('form button').click();
    await page.locator('.tile .thumbnail').first().waitFor();
    // Once signed in, as on every later visit.
    await page.reload();
    await page.locator('.tile .sharp').first().waitFor();
    const start = await taken(page);
    for (let screen = 0; screen < screens; screen += 1) await scrollOneScreen(page);
    return { start, scrolling: await taken(page) };
  } finally {
    await browser.close();
  }
}

/** The long tasks since the last question. */
const taken = (page: Page): Promise<number[]> => page.evaluate<number[]>('longTasks.splice(0)');

/** In half a second. */
const scrollOneScreen = (page: Page): Promise<void> => page.evaluate<undefined>(SCROLL);
