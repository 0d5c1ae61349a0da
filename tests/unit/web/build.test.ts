import { expect, test } from '@jest/globals';
import { brotliDecompressSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type PageFile = { contentType: string; cacheControl: string; encoding: string | null; body: string };

/** As `npm ci` has built it. */
const { files } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../functions/serve-gallery/page.json'), 'utf8'),
) as { files: Record<string, PageFile> };
const textOf = ({ body }: PageFile) => brotliDecompressSync(Buffer.from(body, 'base64')).toString();
const html = textOf(files['/'] ?? { contentType: '', cacheControl: '', encoding: null, body: '' });
const paths = Object.keys(files);

test('all scripts together have at most 150 kB, compressed', () => {
  const sizes = paths
    .filter((path) => path.endsWith('.js'))
    .map((path) => Buffer.byteLength(files[path]?.body ?? '', 'base64'));
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150_000);
});

test('what is loaded before the first paint has at most 40 kB', () => {
  const named = [...html.matchAll(/"(\/assets\/[^"]+)"/gu)].flatMap(([, path]) => path ?? []);
  const imported = (path: string): string[] =>
    path.endsWith('.js')
      ? [...textOf(files[path] as PageFile).matchAll(/from"\.\/([^"]+)"|import"\.\/([^"]+)"/gu)].map(
          ([, one, other]) => `/assets/${one ?? other ?? ''}`,
        )
      : [];
  const needed = new Set(named);
  for (const path of needed) for (const other of imported(path)) needed.add(other);
  expect(needed.size).toBeGreaterThan(2);
  const bytes = [...needed].reduce((sum, path) => sum + Buffer.byteLength(files[path]?.body ?? '', 'base64'), 0);
  expect(bytes).toBeLessThanOrEqual(40_000);
});

test('the document has nothing inline, so that the Content-Security-Policy can be strict', () => {
  expect(html).not.toMatch(/<style|style=|\son\w+=|javascript:|<script(?![^>]+src=)/iu);
});

test('nothing is evaluated, and nothing is loaded from elsewhere', () => {
  for (const path of paths.filter((name) => name.endsWith('.js'))) {
    const text = textOf(files[path] as PageFile);
    expect([path, /\beval\(|new Function\(|\bdocument\.write\(/u.test(text)]).toEqual([path, false]);
  }
  for (const path of paths.filter((name) => name.endsWith('.css')))
    expect([path, /url\(["']?https?:/u.test(textOf(files[path] as PageFile))]).toEqual([path, false]);
});

test('files are named by their content and kept for ever; the document is asked for each time', () => {
  expect(files['/']?.cacheControl).toBe('no-cache');
  for (const path of paths.filter((name) => name !== '/')) {
    expect(path).toMatch(/^\/assets\/[a-z-]+-[A-Z0-9]{8}\.\w+$/u);
    expect(files[path]?.cacheControl).toContain('immutable');
  }
});
