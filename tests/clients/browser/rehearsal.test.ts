import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { pageOf } from '../../../commands/rehearse/draw/page.ts';
import { sampleStories } from '../../support/sample-stories.ts';
import { hostile } from '../../unit/commands/rehearse-draw/hostile-story.ts';
import { startBrowser, type Browser } from './chromium.ts';
import { contrastsOf } from './contrast.ts';

let browser: Browser;
let folder: string;
const files: Record<'one' | 'healed' | 'several' | 'hostile', string> = {
  one: '',
  healed: '',
  several: '',
  hostile: '',
};

beforeAll(async () => {
  browser = await startBrowser();
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  const { good, rotated, afterTraffic } = await sampleStories();
  const pages = {
    one: [rotated],
    healed: [afterTraffic],
    several: [good, rotated, afterTraffic],
    hostile: [hostile(rotated), hostile(afterTraffic)],
  };
  for (const [name, stories] of Object.entries(pages)) {
    const file = join(folder, `${name}.html`);
    await writeFile(file, pageOf(stories));
    files[name as keyof typeof files] = pathToFileURL(file).href;
  }
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens a file as somebody would who was sent it, and gathers whatever the browser complains of or asks for. */
async function open(
  url: string,
  width = 1280,
): Promise<{ page: Page; complaints: readonly string[]; requests: readonly string[] }> {
  const page = await browser.context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.setViewportSize({ width, height: 900 });
  await page.goto(url);
  return { page, complaints, requests };
}

/** Runs in the page: the beginnings of elements that end beyond its right edge. What is hidden from sight on purpose does not count. */
const BEYOND_THE_EDGE = `
  [...document.querySelectorAll('main *:not(svg *, input)')]
    .filter((one) => one.closest('thead') === null && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 80))`;

describe.each(['one', 'healed', 'several', 'hostile'] as const)('the page of %s', (name) => {
  test('loads nothing, and the browser has nothing to complain of', async () => {
    const { page, complaints, requests } = await open(files[name]);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:image/'))).toEqual([files[name]]);
    expect(await page.evaluate('[...document.images].filter((image) => image.naturalWidth === 0).length')).toBe(0);
    await page.close();
  });

  test('is never wider than the screen, and nothing is cut off at its edge', async () => {
    const { page } = await open(files[name]);
    for (const width of [1280, 820, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await page.evaluate<string[]>(BEYOND_THE_EDGE)).toEqual([]);
    }
    await page.close();
  });

  test('has texts that stand out enough from what is behind them, by day, by night and in print', async () => {
    const { page } = await open(files[name]);
    for (const [width, colorScheme, media] of [
      [1280, 'light', 'screen'],
      [1280, 'dark', 'screen'],
      [360, 'dark', 'screen'],
      [1280, 'dark', 'print'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, media });
      const contrasts = await contrastsOf(page);
      expect(contrasts.length).toBeGreaterThan(50);
      expect(contrasts.filter(({ ratio, needed }) => ratio < needed)).toEqual([]);
    }
    await page.close();
  });
});

test('print has light paper, whatever the screen has', async () => {
  const { page } = await open(files.one);
  const paper = async (colorScheme: 'light' | 'dark', media: 'screen' | 'print'): Promise<string> => {
    await page.emulateMedia({ colorScheme, media });
    return page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
  };
  const light = await paper('light', 'screen');
  expect(await paper('dark', 'print')).toBe(light);
  expect(await paper('dark', 'screen')).not.toBe(light);
  await page.close();
});

test('what came from outside does not run', async () => {
  const { page } = await open(files.hostile);
  expect(await page.evaluate("'hacked' in window")).toBe(false);
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  await page.close();
});

describe('the time below the plots', () => {
  test('is moved by the pointer over them', async () => {
    const { page } = await open(files.healed);
    const plots = page.locator('.lanes .plot').first();
    const box = await plots.boundingBox();
    if (box === null) throw new Error('there are plots');
    await page.mouse.move(box.x + box.width / 2, box.y + 10);
    expect(await page.locator('output').textContent()).toMatch(
      /^13\.8 s\n(.+\n)+fires: GenerateThumbnailsImagesFailed/u,
    );
    const hair = await page.locator('.hair').boundingBox();
    expect(hair?.x).toBeCloseTo(box.x + box.width / 2, 0);
    await page.close();
  });

  test('is moved by keys, and has a name', async () => {
    const { page } = await open(files.healed, 360);
    const slider = page.getByRole('slider', { name: 'Move through time' });
    await slider.focus();
    await page.keyboard.press('End');
    expect(await page.locator('output').textContent()).toMatch(
      /^27\.6 s\n(.+\n)+images: 250 sent, 250 right, 0 wrong$/u,
    );
    await page.close();
  });
});

test('a row of the table leads to its rehearsal', async () => {
  const { page } = await open(files.several, 360);
  await page.getByRole('rowheader').getByRole('link', { name: 'after-traffic' }).click();
  const article = page.locator('article:target');
  expect(await article.getByRole('heading', { level: 2 }).textContent()).toContain('Rolled back');
  expect(await page.getByRole('row').count()).toBe(4);
  expect(await page.getByRole('columnheader').count()).toBe(10);
  await page.close();
});

test('reasons in the table have room for whole words, however wide the screen is', async () => {
  const { page } = await open(files.several);
  for (const width of [1440, 1024, 800, 600, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const widths = await page.evaluate<number[]>(
      `[...document.querySelectorAll('td.reason:not(.none) span')].map((one) => one.parentElement.clientWidth)`,
    );
    const beyond = `[...document.querySelectorAll('table tr:not(thead *) > *')]
      .filter((one) => one.getBoundingClientRect().right > one.closest('table').getBoundingClientRect().right + 1)
      .map((one) => one.textContent)`;
    expect(await page.evaluate<string[]>(beyond)).toEqual([]);
    const aligned = `new Set([...document.querySelectorAll('tbody td')].map((one) => getComputedStyle(one).textAlign)).size`;
    expect(await page.evaluate<number>(aligned)).toBe(width < 800 ? 1 : 2);
    expect(widths).toHaveLength(2);
    expect(Math.min(...widths)).toBeGreaterThan(Math.min(300, width * 0.6));
  }
  await page.close();
});

test('no text of a plot is cut off at its edge', async () => {
  const { page } = await open(files.several);
  for (const width of [1440, 800, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const cut = await page.evaluate<string[]>(`
      [...document.querySelectorAll('svg.plot text')]
        .filter((text) => {
          const [inner, outer] = [text, text.closest('svg.plot')].map((one) => one.getBoundingClientRect());
          return inner.left < outer.left - 1 || inner.right > outer.right + 1;
        })
        .map((text) => text.textContent)`);
    expect(cut).toEqual([]);
  }
  await page.close();
});

test('each plot has a name and says in words what it shows', async () => {
  const { page } = await open(files.healed);
  const plots = page.getByRole('img', {
    name: /^Share of the invocations that the new version of generate-thumbnails served/u,
  });
  expect(await plots.count()).toBe(1);
  await page.close();
});
