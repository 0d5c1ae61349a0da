import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const folder = join(import.meta.dirname, '..', '..', '..', '.local', 'screenshots');

/** For people to look at, in .local/screenshots. Fades are over, and pictures that are on the screen are there. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLImageElement>('.tile img')].every(({ complete }) => complete),
  );
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}
