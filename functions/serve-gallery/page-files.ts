import { brotliDecompressSync } from 'node:zlib';

/** A file of the page as the build has written it; `body` is base64 of what `encoding` says: `br`, or nothing. */
export type PageFile = {
  contentType: string;
  cacheControl: string;
  encoding: string | null;
  /** With quotes. */
  etag: string;
  body: string;
};

/** One of the two forms in which a file is served. */
export type Form = { bytes: Uint8Array; encoding?: 'br'; etag: string };

/** Where the page is served from: the bundle today. Paths begin with a slash. */
export type PageFiles = (path: string) => PageFile | undefined;

export function pageFiles(files: Readonly<Record<string, PageFile>>): PageFiles {
  return (path) => (Object.hasOwn(files, path) ? files[path] : undefined);
}

/** The file as the client takes it. Two forms are two representations, and so have two tags. */
export function formOf(file: PageFile, takesBrotli: boolean): Form {
  const bytes = Buffer.from(file.body, 'base64');
  if (file.encoding !== 'br') return { bytes, etag: file.etag };
  return takesBrotli
    ? { bytes, encoding: file.encoding, etag: file.etag }
    : { bytes: brotliDecompressSync(bytes), etag: file.etag.replace(/"$/u, '-identity"') };
}
