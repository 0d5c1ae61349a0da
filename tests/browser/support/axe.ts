import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';

const modules = join(import.meta.dirname, '..', '..', '..', 'node_modules');
const source = readFileSync(join(modules, 'axe-core', 'axe.min.js'), 'utf8');

/** What axe has against the page once it rests: rules of WCAG 2.0 to 2.2, levels A and AA, and its own good practice. */
export async function complaints(page: Page): Promise<string[]> {
  await rest(page);
  // Evaluated by the debugger, so that the page's Content-Security-Policy stays as it is.
  await page.evaluate(source);
  return page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await tool.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

/** Waits for what fades in or out: half-faded text has half its contrast. What moves without end, such as a placeholder, goes on. */
async function rest(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => {
      const endless = effect?.getComputedTiming().iterations === Infinity;
      return endless || playState === 'finished' || playState === 'idle';
    }),
  );
}
