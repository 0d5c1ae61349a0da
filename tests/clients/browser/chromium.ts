import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser as PlaywrightBrowser, type BrowserContext } from 'playwright-core';

/** Packages of distributions, and what images of CI bring along. */
const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Browser = { context: BrowserContext; close: () => Promise<void> };

/** Throws an Error that says what to install where there is no browser. */
function program(): string {
  const executablePath = PROGRAMS.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(`There is no browser (none of ${PROGRAMS.join(', ')}). On Debian: apt-get install chromium`);
  }
  return executablePath;
}

/** A headless browser whose contexts are of a test's own making. Throws an Error that says what to install where there is none. */
export function launchBrowser(): Promise<PlaywrightBrowser> {
  return chromium.launch({ executablePath: program(), headless: true, args: ARGUMENTS });
}

/**
 * A headless browser without a past. Throws an Error that says what to install where there is none.
 *
 * @param names lead to the loopback interface: whoever answers for a name may let it lead anywhere
 */
export async function startBrowser(names: readonly string[] = []): Promise<Browser> {
  const executablePath = program();
  const profile = await mkdtemp(join(tmpdir(), 'browser-'));
  const rules = names.map((name) => `MAP ${name} 127.0.0.1`).join(', ');
  const args = [...ARGUMENTS, ...(rules === '' ? [] : [`--host-resolver-rules=${rules}`])];
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
