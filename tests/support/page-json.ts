import { createHash } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const file = join(import.meta.dirname, '../../functions/serve-gallery/page.json');

/** A file as `npm run build:web` writes it. */
export function pageFile(text: string, contentType: string, cacheControl: string, isCompressed = true) {
  const body = isCompressed ? brotliCompressSync(text) : Buffer.from(text);
  return {
    contentType,
    cacheControl,
    encoding: isCompressed ? ('br' as const) : null,
    etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`,
    body: body.toString('base64'),
  };
}

/** The smallest page that has everything: a document, a script that it loads, and a picture. */
export const smallPage = {
  '/': pageFile(
    '<!doctype html><title>Gallery</title><script type="module" src="/assets/main-1.js"></script>',
    'text/html; charset=utf-8',
    'no-cache',
  ),
  '/assets/main-1.js': pageFile('console.log(1)', 'text/javascript', 'public, max-age=31536000, immutable'),
  '/favicon.ico': pageFile('icon', 'image/x-icon', 'public, max-age=86400', false),
};

/** serve-gallery cannot be bundled without a page. Where none was built, it gets the small one; one that is there is left alone. */
export function ensurePage(): void {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ files: smallPage }));
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
}
