import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build, type BuildOptions, type BuildResult } from 'esbuild';
import { run } from './shared/run.ts';

const repository = join(import.meta.dirname, '..');
const web = join(repository, 'web');
const target = join(repository, 'functions', 'serve-gallery', 'page.json');

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const FOREVER = 'public, max-age=31536000, immutable';

const common = {
  absWorkingDir: web,
  bundle: true,
  format: 'esm',
  minify: true,
  target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  outdir: '/assets',
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** A file as serve-gallery answers it. `body` is base64 of brotli. */
type PageFile = { contentType: string; cacheControl: string; encoding: 'br'; etag: string; body: string };

/** Bundles web/ and writes what serve-gallery serves: one file, so that `sam build` needs no step of its own. */
run(async () => {
  const assets = await bundle();
  const nameOf = (file: string): string => {
    const found = [...assets.keys()].find((path) => sourceName(path) === file);
    if (found === undefined) throw new Error(`web/index.html names ${file}, which the build did not write.`);
    return found;
  };
  const template = await readFile(join(web, 'index.html'), 'utf8');
  const html = template.replace(/\{\{(.+?)\}\}/g, (_, file: string) => nameOf(file)).replace(/>\s+</g, '><');

  const files: Record<string, PageFile> = { '/': await pageFile('.html', 'no-cache', Buffer.from(html)) };
  for (const path of [...assets.keys()].sort()) {
    files[path] = await pageFile(extname(path), FOREVER, assets.get(path) ?? new Uint8Array());
  }
  await mkdir(dirname(target), { recursive: true });
  // Renamed into place: a bundler that is watching never reads half of it.
  await writeFile(`${target}.new`, JSON.stringify({ files }, undefined, 1) + '\n');
  await rename(`${target}.new`, target);
  const script = Object.entries(files).filter(([path]) => path.endsWith('.js'));
  const kilobytes = script.reduce((sum, [, { body }]) => sum + Buffer.byteLength(body, 'base64'), 0) / 1000;
  console.log(
    `The page: ${String(Object.keys(files).length)} files, script of ${kilobytes.toFixed(1)} kB (all parts, brotli).`,
  );
});

/** By path. Names carry a hash of the content, so that a browser may keep the files for ever. */
async function bundle(): Promise<Map<string, Uint8Array>> {
  const worker = byPath(await build({ ...common, entryPoints: ['uploads/preview-worker.ts'] }));
  const page = byPath(
    await build({
      ...common,
      entryPoints: [
        { in: 'main.tsx', out: 'main' },
        { in: 'styles/main.css', out: 'main' },
        { in: 'icon.svg', out: 'icon' },
      ],
      splitting: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
      loader: { '.svg': 'copy' },
      // A worker is a bundle of its own, which the page knows by its address.
      define: { PREVIEW_WORKER: JSON.stringify([...worker.keys()][0]) },
    }),
  );
  return new Map([...page, ...worker]);
}

function byPath({ outputFiles }: BuildResult<{ write: false }>): Map<string, Uint8Array> {
  return new Map(outputFiles.map(({ path, contents }) => [`/assets/${basename(path)}`, contents]));
}

/** `/assets/main-ABCDEFGH.js` is `main.js`. */
function sourceName(path: string): string {
  return basename(path).replace(/-[A-Z0-9]{8}(?=\.\w+$)/, '');
}

async function pageFile(ending: string, cacheControl: string, content: Uint8Array): Promise<PageFile> {
  const contentType = CONTENT_TYPES[ending];
  if (contentType === undefined) throw new Error(`The page has a file that ends in ${ending}: give it a content type.`);
  const compressed = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  });
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return { contentType, cacheControl, encoding: 'br', etag, body: compressed.toString('base64') };
}
