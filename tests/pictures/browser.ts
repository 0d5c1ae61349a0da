import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startBrowser } from '../clients/browser/chromium.ts';
import type { Shown } from './compare.ts';

/** Shows a file as a page would, as sRGB at its own size; undefined where the browser shows a broken picture. */
export type Show = (file: Buffer, type: string) => Promise<Shown | undefined>;

/** Plain JavaScript in a file of its own: here no browser's types are known. */
const inPage = readFileSync(join(import.meta.dirname, 'show-in-page.mjs'), 'utf8');

export async function startShowing(): Promise<{ show: Show; version: string; close: () => Promise<void> }> {
  const { context, close } = await startBrowser();
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    close,
    version: context.browser()?.version() ?? '',
    show: async (file, type) => {
      const url = `data:${type};base64,${file.toString('base64')}`;
      const shown = await page.evaluate<InPage | undefined>(
        `(${inPage.trimEnd().replace(/;$/u, '')})(${JSON.stringify(url)})`,
      );
      return shown && { ...shown, rgba: Buffer.from(shown.rgba, 'base64') };
    },
  };
}

type InPage = { width: number; height: number; rgba: string };
