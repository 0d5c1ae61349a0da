import { startBrowser } from '../clients/browser/chromium.ts';
import type { Shown } from './compare.ts';
import { showInPage } from './show-in-page.mjs';

/** Shows a file as a page would, as sRGB at its own size; undefined where the browser shows a broken picture. */
export type Show = (file: Buffer, type: string) => Promise<Shown | undefined>;

export async function startShowing(): Promise<{ show: Show; version: string; close: () => Promise<void> }> {
  const { context, close } = await startBrowser();
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    close,
    version: context.browser()?.version() ?? 'of unknown version',
    show: async (file, type) => {
      const url = `data:${type};base64,${file.toString('base64')}`;
      const shown = await page.evaluate(showInPage, url);
      if (shown === undefined) return undefined;
      return { ...shown, rgba: Buffer.from(shown.rgba, 'base64') };
    },
  };
}
