import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../../tests/clients/browser/chromium.ts';

/** ms. A page whose thread is busy for longer does not answer, and somebody notices. */
export const GOAL_LONGEST_TASK = 100;

type Visit = { url: string; email: string; password: string };
/** A task of the page's thread, ms: how long it took, and how much of that the processor worked for it. */
export type Task = { wall: number; cpu: number };

type TraceEvent = {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
};

// As text: what compiles this file knows no browser.
const SCROLL = `(async () => {
  for (let frame = 0; frame < 30; frame += 1) {
    await new Promise(requestAnimationFrame);
    scrollBy(0, innerHeight / 30);
  }
})()`;

/**
 * The tasks of a visit to a gallery of many images, longest first: the start, and then `screens` screens, two a second. Thumbnails are
 * one small picture, for the images were never uploaded. Where others use the processor too, `wall` says little about the page.
 */
export async function tasksOf({ url, email, password }: Visit, screens: number): Promise<Task[]> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const body = await sharp({ create: { width: 320, height: 240, channels: 3, background: '#9bbbce' } })
      .webp()
      .toBuffer();
    await page.route(/\/thumbnails\//u, (route) => route.fulfill({ contentType: 'image/webp', body }));
    await page.goto(url);
    await page.locator('.welcome button').click();
    await page.locator('input[name=username]').fill(email);
    await page.locator('input[name=password]').fill(password);
    await page.locator('form button').click();
    await page.locator('.tile .thumbnail').first().waitFor();
    await browser.startTracing(page, { categories: ['toplevel'] });
    // Signed in already, as on most visits.
    await page.reload();
    await page.locator('.tile .sharp').first().waitFor();
    for (let screen = 0; screen < screens; screen += 1) await scrollOneScreen(page);
    return tasksIn(await browser.stopTracing());
  } finally {
    await browser.close();
  }
}

const scrollOneScreen = (page: Page): Promise<void> => page.evaluate<undefined>(SCROLL);

function tasksIn(trace: Buffer): Task[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${String(pid)} ${String(tid)}`;
  const main = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf),
  );
  return traceEvents
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && main.has(threadOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }))
    .sort((a, b) => b.cpu - a.cpu);
}
