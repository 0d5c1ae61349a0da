import { Problem } from '../shared/gallery/problem.ts';
import { configOf } from './config.ts';
import { formOf, type Form } from './page-files.ts';
import type { Ports } from './ports.ts';
import { securityHeaders } from './security-headers.ts';

/** A request for the page, one of its files, or the configuration. */
export type PageRequest = { method: string; path: string; takesBrotli: boolean; knows: (etag: string) => boolean };

export type PageAnswer =
  | { kind: 'config'; config: object }
  | { kind: 'file'; status: 200 | 304; headers: Record<string, string>; bytes?: Uint8Array };

/**
 * Everything that no other route takes. Throws a Problem for what is not there: a path of the API, a file that the page has not got, or
 * another method than GET and HEAD.
 */
export async function serveGallery(ports: Ports, request: PageRequest): Promise<PageAnswer> {
  const { method, path } = request;
  if (path === '/api/config' && method === 'GET') return { kind: 'config', config: await configOf(ports) };
  if (path === '/api' || path.startsWith('/api/')) throw new Problem('not-found', 'The API has no such path.');
  if (method !== 'GET' && method !== 'HEAD') throw new Problem('method-not-allowed', 'The page can only be read.');

  // Another path than that of a file is a place within the page: after a reload people are to be where they were.
  const isPlace = !path.startsWith('/assets/') && !(path.split('/').at(-1) ?? '').includes('.');
  const file = ports.page(path) ?? (isPlace ? ports.page('/') : undefined);
  if (file === undefined) throw new Problem('not-found', 'There is no such file.');
  const form = formOf(file, request.takesBrotli);
  const headers = {
    'content-type': file.contentType,
    'cache-control': file.cacheControl,
    etag: form.etag,
    ...(file.encoding !== null && { vary: 'accept-encoding' }),
    ...(form.encoding !== undefined && { 'content-encoding': form.encoding }),
    ...(file.contentType.startsWith('text/html') && securityHeaders(await neighboursOf(ports))),
  };
  if (request.knows(form.etag)) return { kind: 'file', status: 304, headers: withoutContent(headers) };
  return { kind: 'file', status: 200, headers, ...bodyFor(method, form) };
}

/** Read when the page is answered, so that the bundle is the same for every stack. */
async function neighboursOf(ports: Ports) {
  const signIn = await ports.readSignIn().then(
    (found) =>
      [found.tokenEndpoint, found.userInfoEndpoint, found.revocationEndpoint].map((url) => new URL(url).origin),
    (error: unknown) => {
      // The page tells users who want to sign in. That is better than no page.
      ports.warn('asking where to sign in', error);
      return [];
    },
  );
  return { uploads: ports.uploadsOrigin, thumbnails: ports.thumbnailsOrigin, signIn };
}

function bodyFor(method: string, { bytes }: Form): { bytes?: Uint8Array } {
  return method === 'HEAD' ? {} : { bytes };
}

/** A 304 says nothing of a body that it has not got. */
function withoutContent(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-(type|encoding)$/u.test(name)));
}
