import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** How a text stands out from what is behind it (WCAG 2.2, 1.4.3), and how much it should for AA. */
export type Contrast = { text: string; ratio: number; needed: number };

/** Plain JavaScript in a file of its own: here no browser's types are known. */
const inPage = readFileSync(join(import.meta.dirname, 'contrast-in-page.mjs'), 'utf8');

/** Of every text that is seen on a page: in a plot, against its rim or all that its middle lies on. */
export function contrastsOf(page: Page): Promise<Contrast[]> {
  return page.evaluate<Contrast[]>(inPage);
}
