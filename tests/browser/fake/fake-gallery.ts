import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createImages } from './images.ts';
import { readForm } from './multipart.ts';
import { createPool, type User } from './pool.ts';

type PageFile = { contentType: string; cacheControl: string; encoding: string | null; etag: string; body: string };

const POOL = 'us-east-1_fake';
const ISSUER = `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`;
const CLIENT = 'fakeclient';
const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/heic', 'image/heif'];

/** Of another origin than the page, as a bucket and a pool are. */
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};
const listen = async (server: Server, host: string): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://${host}:${String(typeof address === 'object' && address ? address.port : 0)}`;
};

export type FakeGallery = Awaited<ReturnType<typeof startFakeGallery>>;

/**
 * The page as it is built, over an API, a bucket and a pool that answer as docs/api.yaml says, and that a test can slow down, break
 * and look into. The same tests run against the real ones.
 */
export async function startFakeGallery(users: readonly User[]) {
  const path = join(import.meta.dirname, '..', '..', '..', 'functions', 'serve-gallery', 'page.json');
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, PageFile> };
  let elsewhere = '';
  const pool = createPool(users, ISSUER, CLIENT);
  const images = createImages(() => elsewhere);
  const release = { underWay: false, versions: [] as object[] };
  const requests: { at: number; method: string; path: string }[] = [];
  /** `bytesPerMs` of one upload; `busyForms` and `busyUploads` are answered with 503 first; `apiDelay` in ms. */
  const settings = { bytesPerMs: Infinity, busyForms: 0, busyUploads: 0, apiDelay: 0 };
  const forms = new Map<string, { imageId: string; owner: string; name: string; size: number }>();

  const csp = () =>
    [
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'",
      `img-src 'self' blob: data: ${elsewhere}`,
      `connect-src 'self' ${elsewhere}`,
      "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ].join('; ');

  function send(response: ServerResponse, status: number, body?: object, headers: Record<string, string> = {}): void {
    const type = status >= 400 && body && 'code' in body ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }
  const problem = (response: ServerResponse, status: number, code: string) =>
    send(response, status, { type: 'about:blank', title: code, status, detail: code, code });

  function servePage(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const file = files[url.pathname] ?? (url.pathname.startsWith('/assets/') ? undefined : files['/']);
    if (!file) return problem(response, 404, 'not-found');
    response.writeHead(200, {
      'content-type': file.contentType,
      'cache-control': file.cacheControl,
      etag: file.etag,
      'content-encoding': file.encoding ?? 'identity',
      'content-security-policy': csp(),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    response.end(request.method === 'HEAD' ? undefined : Buffer.from(file.body, 'base64'));
  }

  function config(): object {
    return {
      region: 'us-east-1',
      signIn: {
        issuer: ISSUER,
        authorizationEndpoint: `${elsewhere}/oauth2/authorize`,
        tokenEndpoint: `${elsewhere}/oauth2/token`,
        userInfoEndpoint: `${elsewhere}/oauth2/userInfo`,
        revocationEndpoint: `${elsewhere}/oauth2/revoke`,
        logoutEndpoint: `${elsewhere}/logout`,
        clientId: CLIENT,
        scopes: ['openid', 'email', 'profile'],
      },
      upload: { maxBytes: 25_000_000, types: TYPES },
      keepDeletedDays: 7,
      release,
    };
  }

  async function serveApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === '/api/config') return send(response, 200, config());
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const user = pool.userOf(token);
    if (!user) return send(response, 401, { message: 'Unauthorized' }, { 'www-authenticate': 'Bearer' });
    // Rounded, so that the same picture has the same address for a while.
    const signedAt = Math.floor(Date.now() / 900_000) * 900_000;
    if (request.method === 'POST' && url.pathname === '/api/uploads') {
      if (settings.busyForms > 0) {
        settings.busyForms -= 1;
        return problem(response, 503, 'unavailable');
      }
      const { name, type, size } = JSON.parse((await readBody(request)).toString()) as Record<string, unknown>;
      if (type !== '' && !TYPES.includes(String(type))) return problem(response, 415, 'unsupported-type');
      const imageId = images.expect(user.sub, String(name));
      const key = `users/${user.sub}/${randomUUID()}/${String(name)}`;
      forms.set(key, { imageId, owner: user.sub, name: String(name), size: Number(size) });
      const expiresAt = new Date(Date.now() + 300_000).toISOString();
      const contentType = type === '' ? 'image/heic' : String(type);
      return send(response, 201, {
        ...{ imageId, name, contentType, expiresAt, url: `${elsewhere}/bucket` },
        fields: { key, 'Content-Type': contentType, success_action_status: '201' },
      });
    }
    if (url.pathname === '/api/images') {
      const ids = url.searchParams.get('ids')?.split(',');
      const mine = images.listOf(user.sub);
      if (ids) {
        const found = ids.flatMap((id) => images.byId.get(id) ?? []).filter(({ owner }) => owner === user.sub);
        return send(response, 200, { images: found.map((image) => images.view(image, signedAt)) });
      }
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const page = mine.slice(from, from + 100).map((image) => images.view(image, signedAt));
      return send(response, 200, { images: page, ...(from + 100 < mine.length && { next: String(from + 100) }) });
    }
    const image = images.byId.get(url.pathname.split('/').at(-1) ?? '');
    if (!image || image.owner !== user.sub) return problem(response, 404, 'not-found');
    if (request.method === 'DELETE') {
      image.status = 'deleted';
      return send(response, 204);
    }
    return image.status === 'deleted'
      ? problem(response, 404, 'not-found')
      : send(response, 200, images.details(image, signedAt));
  }

  async function serveBucket(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
      if (settings.bytesPerMs !== Infinity) await setTimeout((chunk as Buffer).length / settings.bytesPerMs);
    }
    if (settings.busyUploads > 0) {
      settings.busyUploads -= 1;
      response.writeHead(503, cors);
      response.end('<Error><Code>SlowDown</Code></Error>');
      return;
    }
    const { fields, file } = readForm(Buffer.concat(chunks), request.headers['content-type'] ?? '');
    const form = forms.get(fields.get('key') ?? '');
    if (form?.size !== file.length) {
      response.writeHead(form ? 400 : 403, cors);
      response.end(`<Error><Code>${form ? 'EntityTooLarge' : 'AccessDenied'}</Code></Error>`);
      return;
    }
    images.process(form.imageId, form.owner, form.name, file);
    response.writeHead(201, cors);
    response.end();
  }

  function servePicture(response: ServerResponse, url: URL): void {
    const [, , imageId = '', , file = ''] = url.pathname.split('/');
    const found = images.byId.get(imageId)?.drawn?.files.get(file);
    response.writeHead(found ? 200 : 404, {
      ...cors,
      'content-type': `image/${found?.format ?? 'webp'}`,
      'cache-control': 'private, max-age=31536000, immutable',
    });
    response.end(found?.bytes);
  }

  const logged = (server: 'page' | 'elsewhere', request: IncomingMessage) => {
    const url = new URL(request.url ?? '/', 'http://x');
    requests.push({ at: Date.now(), method: request.method ?? '', path: `${server}:${url.pathname}${url.search}` });
    return url;
  };
  const guarded = (work: Promise<void>, response: ServerResponse) =>
    work.catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });

  const pageServer = createServer((request, response) => {
    const url = logged('page', request);
    if (!url.pathname.startsWith('/api/')) servePage(request, response, url);
    else void guarded(setTimeout(settings.apiDelay).then(() => serveApi(request, response, url)), response);
  });
  const otherServer = createServer((request, response) => {
    const url = logged('elsewhere', request);
    if (request.method === 'OPTIONS') {
      response.writeHead(204, cors);
      response.end();
    } else if (url.pathname === '/bucket') {
      void guarded(serveBucket(request, response), response);
    } else if (url.pathname.startsWith('/pictures/')) {
      servePicture(response, url);
    } else {
      const cookie = /session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
      const work = readBody(request).then((body) => {
        const { status, headers, body: text } = pool.answer(
          url.pathname,
          url.searchParams,
          new URLSearchParams(body.toString()),
          cookie,
        );
        response.writeHead(status, headers);
        response.end(text);
      });
      void guarded(work, response);
    }
  });
  elsewhere = await listen(otherServer, '127.0.0.1');
  const url = `${await listen(pageServer, 'localhost')}/`;
  const close = async () => {
    for (const server of [pageServer, otherServer]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  return { url, pool, images, release, requests, settings, close };
}
