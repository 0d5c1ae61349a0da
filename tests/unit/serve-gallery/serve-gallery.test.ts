import { describe, expect, test } from '@jest/globals';

import { cached } from '../../../functions/serve-gallery/cached.ts';
import { jsonOf } from '../../../functions/verify-gallery/answer.ts';
import { textOf } from '../lambda/captured.ts';
import { differences } from '../gallery/schemas.ts';
import { createInMemoryStores, type Asked } from '../gallery/in-memory-stores.ts';

async function asking(asked: Asked, stores = createInMemoryStores()) {
  let answer: Awaited<ReturnType<typeof stores.ask>> | undefined;
  await textOf(async () => {
    answer = await stores.ask(asked);
  });
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

describe('the page', () => {
  test('is served with a policy that names its neighbours, and nothing inline', async () => {
    const { status, headers, text } = await asking({ path: '/' });
    expect(status).toBe(200);
    expect(text).toContain('<title>Gallery</title>');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
        "img-src 'self' blob: data: https://thumbnails.example; " +
        "connect-src 'self' https://uploads.example https://thumbnails.example https://sign-in.example; " +
        "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  test('is compressed for whom takes it so, and the same text for all others, under another tag', async () => {
    const plain = await asking({ path: '/' });
    const brotli = await asking({ path: '/', headers: { 'Accept-Encoding': 'gzip, deflate, br;q=0.9' } });
    const refused = await asking({ path: '/', headers: { 'accept-encoding': 'br;q=0, gzip' } });
    expect([plain, brotli, refused].map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      'br',
      undefined,
    ]);
    expect(brotli.text).toBe(plain.text);
    expect(brotli.headers['etag']).not.toBe(plain.headers['etag']);
    expect(plain.headers['vary']).toBe('accept-encoding');
  });

  test('is not sent again to whom has it, in the form that they take', async () => {
    for (const headers of [{}, { 'accept-encoding': 'br' }]) {
      const { headers: first } = await asking({ path: '/', headers });
      const again = await asking({
        path: '/',
        headers: { ...headers, 'if-none-match': `"x", W/${first['etag'] ?? ''}` },
      });
      expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', first['etag']]);
      expect(again.headers['content-security-policy']).toBe(first['content-security-policy']);
      expect(again.headers['content-encoding']).toBeUndefined();
    }
  });

  test('has a head of its own', async () => {
    const { status, text, headers } = await asking({ method: 'HEAD', path: '/' });
    expect([status, text, headers['content-type']]).toEqual([200, '', 'text/html; charset=utf-8']);
  });

  test('is what every place within it shows, and no file that there is not', async () => {
    expect((await asking({ path: '/photos/1' })).text).toContain('<title>Gallery</title>');
    for (const path of ['/assets/none', '/robots.txt', '/assets/', '/.env', '/constructor.js']) {
      const answer = await asking({ path });
      expect([path, answer.status, jsonOf(answer)?.['code']]).toEqual([path, 404, 'not-found']);
    }
  });

  test('has files that are kept for ever, since their names tell their content', async () => {
    const { headers, text } = await asking({ path: '/assets/main-1.js' });
    expect(text).toBe('console.log(1)');
    expect(headers).toMatchObject({
      'content-type': 'text/javascript',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await asking({ path: '/favicon.ico', headers: { 'accept-encoding': 'br' } })).text).toBe('icon');
  });

  test('can only be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await asking({ method, path: '/' });
      expect([answer.status, jsonOf(answer)?.['code']]).toEqual([405, 'method-not-allowed']);
    }
  });

  test('is served even where sign-in cannot be found', async () => {
    const stores = createInMemoryStores();
    stores.ports.page.readSignIn = () => Promise.reject(new Error('no pool'));
    const { status, headers } = await asking({ path: '/' }, stores);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain(
      "connect-src 'self' https://uploads.example https://thumbnails.example;",
    );
  });
});

describe('GET /api/config', () => {
  test('tells where to sign in, what may be uploaded, and which versions serve', async () => {
    const answer = await asking({ path: '/api/config' });
    expect(differences('/api/config', 'GET', answer)).toEqual([]);
    expect(jsonOf(answer)).toMatchObject({
      region: 'us-east-1',
      signIn: {
        clientId: 'client',
        scopes: ['openid', 'email', 'profile'],
        tokenEndpoint: 'https://sign-in.example/oauth2/token',
      },
      upload: { maxBytes: 25_000_000, types: expect.arrayContaining(['image/heic']) },
      keepDeletedDays: 7,
      release: {
        underWay: true,
        versions: [
          { recipe: 'thumbnails', version: '12', weight: 0.9 },
          { recipe: 'thumbnails', version: '13', weight: 0.1, isNew: true },
          { recipe: 'renditions', version: '7', weight: 1 },
        ],
      },
    });
    const known = { path: '/api/config', headers: { 'if-none-match': answer.headers['etag'] ?? '' } };
    expect((await asking(known)).status).toBe(304);
  });

  test('says that no release is under way where one version serves alone', async () => {
    const stores = createInMemoryStores();
    const alone = { version: '12', weights: { '13': 0 } };
    stores.ports.page.readRoutings = async () => ({ thumbnails: alone, renditions: alone });
    expect(jsonOf(await asking({ path: '/api/config' }, stores))).toMatchObject({ release: { underWay: false } });
  });

  test('lets people sign in where nobody knows which versions serve', async () => {
    const stores = createInMemoryStores();
    stores.ports.page.readRoutings = () => Promise.reject(new Error('throttled'));
    const answer = await asking({ path: '/api/config' }, stores);
    expect(differences('/api/config', 'GET', answer)).toEqual([]);
    expect(jsonOf(answer)).toMatchObject({ release: { underWay: false, versions: [] } });
  });

  test('asks to come again where sign-in cannot be found', async () => {
    const stores = createInMemoryStores();
    stores.ports.page.readSignIn = () => Promise.reject(Object.assign(new Error('x'), { name: 'TransientError' }));
    const answer = await asking({ path: '/api/config' }, stores);
    expect(differences('/api/config', 'GET', answer)).toEqual([]);
    expect([answer.status, jsonOf(answer)?.['code']]).toEqual([503, 'unavailable']);
  });

  test('other paths of the API are not answered with the page', async () => {
    for (const [method, path] of [
      ['GET', '/api/none'],
      ['GET', '/api'],
      ['POST', '/api/config'],
      ['PUT', '/api/images'],
    ] as const) {
      const answer = await asking({ method, path, user: 'ann' });
      expect([path, answer.status, jsonOf(answer)?.['status']]).toEqual([path, 404, 404]);
    }
  });
});

test('what is cached is asked for once in its time, whoever asks, and again after a failure', async () => {
  let [now, asked] = [0, 0];
  const answers = [() => Promise.reject(new Error('first')), async () => 'second', async () => 'third'];
  const ask = cached(
    async () => answers[asked++]?.(),
    5_000,
    () => now,
  );
  await expect(ask()).rejects.toThrow('first');
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['second', 'second', 'second']);
  now = 4_999;
  expect(await ask()).toBe('second');
  now = 5_000;
  expect(await ask()).toBe('third');
  expect(asked).toBe(3);
});
