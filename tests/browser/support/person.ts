import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { en, type Words } from '../../../web/words/en.ts';
import { createFormat } from '../../../web/words/format.ts';
import { ko } from '../../../web/words/ko.ts';
import { passwordOf } from '../../end-to-end/support/gallery.ts';
import type { Gallery } from './gallery.ts';
import type { Dropped } from './files.ts';

/** The device and the habits of somebody. */
export type Manner = { language: 'en' | 'ko'; look: 'light' | 'dark'; device: 'desktop' | 'phone' };

export const atADesk: Manner = { language: 'en', look: 'light', device: 'desktop' };

const LOCALES = { en: 'en-GB', ko: 'ko-KR' } as const;
const DEVICES: Readonly<Record<Manner['device'], BrowserContextOptions>> = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

/** Somebody with a browser of their own: a context, whose tabs share their storage. */
export type Person = {
  email: string;
  context: BrowserContext;
  words: Words;
  /** A tab at the gallery's address, or at a place in it. */
  open: (place?: string) => Promise<Page>;
  /** A tab in which they have signed in at the pool's page. */
  signIn: () => Promise<Page>;
  /** Ends the browser's context. Throws where the browser had anything against the page. */
  close: () => Promise<void>;
};

export type Options = Manner & {
  /** Lines on the console that a test causes on purpose, such as those of a request that fails. */
  expected?: RegExp;
  email?: string;
  context?: BrowserContextOptions;
};

/** Adds a member to the gallery and gives them a browser. */
export async function person(browser: Browser, gallery: Gallery, options: Options): Promise<Person> {
  const { language, look, device, expected, email = `ann-${randomUUID().slice(0, 8)}@example.com` } = options;
  if (options.email === undefined) await gallery.addMember(email);
  const context = await browser.newContext({
    ...DEVICES[device],
    locale: LOCALES[language],
    colorScheme: look,
    ...options.context,
  });
  const words = { en, ko }[language](createFormat(language));
  // Exceptions, errors on the console, breaches of the Content-Security-Policy; in any tab.
  const troubles: string[] = [];
  const complain = (text: string): void => {
    if (expected?.test(text) !== true) troubles.push(text);
  };
  await context.exposeBinding('tellTrouble', (_, text: string) => complain(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { tellTrouble } = globalThis as unknown as { tellTrouble: (text: string) => void };
      tellTrouble(`policy: ${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  context.on('weberror', (error) => complain(`exception: ${error.error().stack ?? error.error().message}`));
  context.on('console', (line) => {
    if (line.type() === 'error') complain(`console: ${line.text()} ${line.location().url}`);
  });
  const open = async (place = ''): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${gallery.url}${place}`);
    return page;
  };
  return {
    email,
    context,
    words,
    open,
    signIn: async () => {
      const page = await open();
      await signInAt(page, words, email);
      return page;
    },
    close: async () => {
      await context.close();
      if (troubles.length > 0) throw new Error(`The browser has something against the page:\n${troubles.join('\n')}`);
    },
  };
}

/** From the gallery's welcome to the gallery, over the pool's page. */
export async function signInAt(page: Page, words: Words, email: string): Promise<void> {
  await page.getByRole('button', { name: words.signIn }).click();
  await page.locator('input[name=username]').fill(email);
  await page.locator('input[name=password]').fill(passwordOf(email));
  await page.locator('form button').click();
  await page.getByRole('button', { name: words.account }).waitFor();
}

/** Drops files onto the page, as a file manager does. */
export async function drop(page: Page, files: readonly Dropped[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      return data;
    },
    files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') })),
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
  await transfer.dispose();
}

/** The tile of a file, by its name. */
export const tileOf = (page: Page, name: string): Locator =>
  page.locator(`.tile[data-name="${name.replace(/["\\]/gu, '\\$&')}"]`);
