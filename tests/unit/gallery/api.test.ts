import { describe, expect, test } from '@jest/globals';

import { jsonOf, type Answer } from '../../../functions/verify-gallery/answer.ts';
import { textOf } from '../lambda/captured.ts';
import { api, differences } from './schemas.ts';
import { bucket, createInMemoryStores, type Asked } from './in-memory-stores.ts';

type Town = ReturnType<typeof createInMemoryStores>;
type Tile = { imageId: string; status: string; name?: string; outputs?: { width: number; url: string }[] };

/** Asks, and holds the answer against docs/api.yaml. */
async function asking({ ask }: Town, asked: Asked): Promise<Answer & { json: Record<string, unknown> }> {
  let answer: Answer | undefined;
  await textOf(async () => {
    answer = await ask(asked);
  });
  if (answer === undefined) throw new Error('no answer');
  const path = asked.path.replace(/^\/api\/images\/.+$/u, '/api/images/{imageId}');
  if (path in api.paths) expect(differences(path, asked.method ?? 'GET', answer)).toEqual([]);
  return { ...answer, json: jsonOf(answer) ?? {} };
}

const upload = (stores: Town, body: unknown, user = 'ann') =>
  asking(stores, {
    method: 'POST',
    path: '/api/uploads',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    user,
  });
const imagesOf = (json: Record<string, unknown>) => json['images'] as Tile[];
const idsOf = (json: Record<string, unknown>) => imagesOf(json).map(({ imageId }) => imageId);

describe('POST /api/uploads', () => {
  test('gives a form for a key of the user’s own, of the size and the type that were announced', async () => {
    const { status, json } = await upload(createInMemoryStores(), {
      name: '휴가 사진.jpg',
      type: 'image/jpeg',
      size: 12_345,
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      name: '휴가 사진.jpg',
      contentType: 'image/jpeg',
      expiresAt: '2026-12-01T10:25:30.000Z',
    });
    expect(json['fields']).toMatchObject({
      key: 'users/ann/00000000-0000-4000-8000-000000000001/휴가 사진.jpg',
      'Content-Type': 'image/jpeg',
      Policy: '12345',
    });
  });

  test.each([
    [
      'an empty type is settled by the ending of the name',
      { name: 'IMG_1.HEIC', type: '', size: 1 },
      201,
      'image/heic',
    ],
    ['a type is taken as it is known', { name: 'x', type: ' Image/JPG; x=1', size: 1 }, 201, 'image/jpeg'],
    ['25,000,000 bytes are taken', { name: 'x.png', type: 'image/png', size: 25_000_000 }, 201, 'image/png'],
    ['one more is not', { name: 'x.png', type: 'image/png', size: 25_000_001 }, 413, 'too-large'],
    ['a page is not', { name: 'x.png', type: 'text/html', size: 1 }, 415, 'unsupported-type'],
    ['SVG is not', { name: 'x.svg', type: 'image/svg+xml', size: 1 }, 415, 'unsupported-type'],
    ['what nothing is known of is not', { name: 'x', type: '', size: 1 }, 415, 'unsupported-type'],
    ['a file of no bytes is not', { name: 'x.png', type: 'image/png', size: 0 }, 400, 'invalid-request'],
    ['half a byte is not', { name: 'x.png', type: 'image/png', size: 1.5 }, 400, 'invalid-request'],
    ['a file without a name is not', { name: '', type: 'image/png', size: 1 }, 400, 'invalid-request'],
    ['a name that is no text is not', { name: ['x'], type: 'image/png', size: 1 }, 400, 'invalid-request'],
    ['an inherited name of a type is not', { name: 'x', type: 'constructor', size: 1 }, 415, 'unsupported-type'],
    ['a list is no request', [], 400, 'invalid-request'],
    ['nor is what is no JSON', '{', 400, 'invalid-request'],
  ])('%s', async (_, body, expected, telling) => {
    const { status, json } = await upload(createInMemoryStores(), body);
    expect([status, json['contentType'] ?? json['code']]).toEqual([expected, telling]);
  });
});

describe('GET /api/images', () => {
  test('gives the newest first, page by page, each image once', async () => {
    const stores = createInMemoryStores();
    const ids = Array.from({ length: 57 }, (_, n) => stores.addImage('ann', n));
    stores.addImage('otto', 99);
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined; ; pages++) {
      const query = `limit=10${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      const { status, json } = await asking(stores, { path: '/api/images', query, user: 'ann' });
      expect(status).toBe(200);
      seen.push(...idsOf(json));
      cursor = json['next'] as string | undefined;
      if (cursor === undefined) break;
    }
    expect(pages).toBe(5);
    expect(seen).toEqual(ids.toReversed());
  });

  test('gives at most a hundred, and a hundred where nothing else is asked for', async () => {
    const stores = createInMemoryStores();
    for (let n = 0; n < 130; n++) stores.addImage('ann', n);
    const { json } = await asking(stores, { path: '/api/images', user: 'ann' });
    expect(imagesOf(json)).toHaveLength(100);
    expect(json['next']).toEqual(expect.any(String));
    const { status } = await asking(stores, { path: '/api/images', query: 'limit=101', user: 'ann' });
    expect(status).toBe(400);
  });

  test('gives each with what a tile needs', async () => {
    const stores = createInMemoryStores();
    stores.addImage('ann', 1);
    const { json } = await asking(stores, { path: '/api/images', user: 'ann' });
    expect(imagesOf(json)[0]).toMatchObject({
      status: 'ready',
      name: '사진 1.jpg',
      width: 4_000,
      height: 3_000,
      placeholder: 'YJqGPQw7sFlslqhFafSE+Q6oJ1h2iHB2Rw==',
      dominantColour: '#aabbcc',
      urlsExpireAt: '2026-12-01T12:00:00.000Z',
      recipes: { thumbnails: { status: 'ready', processedBy: '12' }, renditions: { status: 'ready' } },
    });
    expect(imagesOf(json)[0]?.outputs?.map(({ width }) => width)).toEqual([128, 320, 640]);
    expect(JSON.stringify(json)).not.toContain('"key"');
  });

  test('leaves out at once what the table says is deleted, though the index still lists it', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1);
    const listed = stores.ports.list.listPartition;
    const record = stores.table.get(`${id} thumbnails`);
    const behind = await Promise.all(
      stores.ports.list.partitionsOf('ann').map(async (name) => [name, await listed(name, undefined, 10)] as const),
    );
    const index = new Map(behind);
    stores.table.set(`${id} thumbnails`, { ...(record as NonNullable<typeof record>), status: 'deleted', outputs: [] });
    stores.ports.list.listPartition = async (name) => index.get(name) ?? { images: [], more: false };
    const { json } = await asking(stores, { path: '/api/images', user: 'ann' });
    expect(imagesOf(json)).toEqual([]);
  });

  test('with ids gives their state, deleted ones included, and nothing of others', async () => {
    const stores = createInMemoryStores();
    const [one, two, others] = [stores.addImage('ann', 1), stores.addImage('ann', 2), stores.addImage('otto', 3)];
    await asking(stores, { method: 'DELETE', path: `/api/images/${two}`, user: 'ann' });
    const query = `ids=${[two, others, 'f'.repeat(64), one].join(',')}`;
    const { json } = await asking(stores, { path: '/api/images', query, user: 'ann' });
    expect(imagesOf(json).map(({ imageId, status }) => [imageId, status])).toEqual([
      [two, 'deleted'],
      [one, 'ready'],
    ]);
    expect(Object.keys(imagesOf(json)[0] ?? {})).toEqual(['imageId', 'status']);
  });

  test('with ids answers at most a hundred, and no cursor besides', async () => {
    const ids = Array.from({ length: 101 }, (_, n) => n.toString(16).padStart(64, '0'));
    for (const query of [`ids=${ids.join(',')}`, 'ids=', 'ids=x', `ids=${ids[0]}&limit=1`]) {
      const { status } = await asking(createInMemoryStores(), { path: '/api/images', query, user: 'ann' });
      expect([query.slice(0, 20), status]).toEqual([query.slice(0, 20), 400]);
    }
    const { status } = await asking(createInMemoryStores(), {
      path: '/api/images',
      query: `ids=${ids.slice(1).join(',')}`,
      user: 'ann',
    });
    expect(status).toBe(200);
  });

  test('says 304 where nothing has changed, until the next period of URLs', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1);
    const asked = { path: '/api/images', query: `ids=${id}`, user: 'ann' };
    const { headers } = await asking(stores, asked);
    const known = { ...asked, headers: { 'if-none-match': headers['etag'] ?? '' } };
    expect((await asking(stores, known)).status).toBe(304);
    stores.clock.now = new Date('2026-12-01T10:59:59.000Z');
    expect((await asking(stores, known)).status).toBe(304);
    stores.clock.now = new Date('2026-12-01T11:00:00.000Z');
    expect((await asking(stores, known)).status).toBe(200);
    stores.clock.now = new Date('2026-12-01T10:59:59.000Z');
    const record = stores.table.get(`${id} renditions`);
    stores.table.set(`${id} renditions`, { ...(record as NonNullable<typeof record>), revision: 2 });
    expect((await asking(stores, known)).status).toBe(200);
  });

  test('with an owner is for administrators, and for oneself', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('otto', 1);
    const claims = (groups: string) => ({ sub: 'ann', token_use: 'access', 'cognito:groups': groups });
    const query = 'owner=otto';
    for (const groups of ['[not-admins]', '[admins2 x]', '', '[]']) {
      const { status, json } = await asking(stores, { path: '/api/images', query, claims: claims(groups) });
      expect([groups, status, json['code']]).toEqual([groups, 403, 'forbidden']);
    }
    for (const groups of ['[admins]', '[x admins y]', 'admins']) {
      const { json } = await asking(stores, { path: '/api/images', query, claims: claims(groups) });
      expect(idsOf(json)).toEqual([id]);
    }
    expect((await asking(stores, { path: '/api/images', query: 'owner=ann', user: 'ann' })).status).toBe(200);
  });
});

describe('GET /api/images/{imageId}', () => {
  test('gives both recipes, and the original as a download with its name', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1);
    const { status, json } = await asking(stores, { path: `/api/images/${id}`, user: 'ann' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      imageId: id,
      exif: { camera: 'X100' },
      original: { url: expect.stringContaining('uploads.example'), contentType: 'image/jpeg' },
      recipes: {
        thumbnails: { outputs: [{ width: 128 }, { width: 320 }, { width: 640 }], recipeVersion: 1 },
        renditions: { outputs: [{ format: 'webp' }, { format: 'avif' }, { width: 2_048 }] },
      },
    });
  });

  test('tells why an image was rejected, and shows no picture of it', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1, { status: 'rejected', reason: 'the file is empty', outputs: [] });
    const { json } = await asking(stores, { path: `/api/images/${id}`, user: 'ann' });
    expect(json).toMatchObject({ status: 'rejected', reason: 'the file is empty' });
  });

  test('gives the image of another user to administrators only, and otherwise as one that is not there', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('otto', 1);
    const reads: string[] = [];
    const read = stores.ports.get.readRecords;
    stores.ports.get.readRecords = (ids) => {
      reads.push(ids.join());
      return read(ids);
    };
    const missing = await asking(stores, { path: `/api/images/${'0'.repeat(64)}`, user: 'ann' });
    const foreign = await asking(stores, { path: `/api/images/${id}`, user: 'ann' });
    expect([foreign.status, foreign.text]).toEqual([404, missing.text]);
    expect(reads).toHaveLength(2);
    const claims = { sub: 'ann', token_use: 'access', 'cognito:groups': '[admins]' };
    expect((await asking(stores, { path: `/api/images/${id}`, query: 'owner=otto', claims })).status).toBe(200);
  });
});

describe('DELETE /api/images/{imageId}', () => {
  test('deletes the original, hides the image at once, and may be repeated', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1);
    const { status, text } = await asking(stores, { method: 'DELETE', path: `/api/images/${id}`, user: 'ann' });
    expect([status, text]).toEqual([204, '']);
    expect(stores.originals.size).toBe(0);
    expect([...stores.outputs].filter((key) => key.startsWith('thumbnails/'))).toEqual([]);
    expect(imagesOf((await asking(stores, { path: '/api/images', user: 'ann' })).json)).toEqual([]);
    expect((await asking(stores, { path: `/api/images/${id}`, user: 'ann' })).status).toBe(404);
    expect((await asking(stores, { method: 'DELETE', path: `/api/images/${id}`, user: 'ann' })).status).toBe(204);
  });

  test('is refused to others, administrators included, by the same reads as for an image that is not there', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('otto', 1);
    const claims = { sub: 'ann', token_use: 'access', 'cognito:groups': '[admins]' };
    const foreign = await asking(stores, { method: 'DELETE', path: `/api/images/${id}`, claims });
    const missing = await asking(stores, { method: 'DELETE', path: `/api/images/${'0'.repeat(64)}`, claims });
    expect([foreign.status, foreign.text]).toEqual([404, missing.text]);
    expect(stores.originals.size).toBe(1);
  });

  test('is to be repeated where hiding failed: the original is gone by then, and the image ends deleted', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1);
    const hide = stores.ports.delete.hide;
    stores.ports.delete.hide = async () => Promise.reject(Object.assign(new Error('slow'), { name: 'TimeoutError' }));
    const asked = { method: 'DELETE', path: `/api/images/${id}`, user: 'ann' };
    const failed = await asking(stores, asked);
    expect([failed.status, failed.json['code'], failed.headers['retry-after']]).toEqual([503, 'unavailable', '3']);
    stores.ports.delete.hide = hide;
    expect((await asking(stores, asked)).status).toBe(204);
    expect(stores.table.get(`${id} thumbnails`)?.status).toBe('deleted');
  });

  test('never deletes from another bucket than that for uploads', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1, { bucket: 'verification' });
    expect((await asking(stores, { method: 'DELETE', path: `/api/images/${id}`, user: 'ann' })).status).toBe(404);
  });
});

describe('every route of the API', () => {
  const routes: Asked[] = [
    { method: 'POST', path: '/api/uploads', body: '{}' },
    { path: '/api/images' },
    { path: `/api/images/${'0'.repeat(64)}` },
    { method: 'DELETE', path: `/api/images/${'0'.repeat(64)}` },
  ];

  test.each(routes)(
    '$method $path asks for an access token of somebody, even if the HTTP API did not',
    async (asked) => {
      const stores = createInMemoryStores();
      for (const [claims, status] of [
        [undefined, 401],
        [{}, 401],
        [{ sub: 'a/../b', token_use: 'access' }, 401],
        [{ sub: 'ann', token_use: 'id' }, 403],
        [{ sub: 'ann' }, 403],
      ] as const) {
        const answer = await asking(stores, { ...asked, ...(claims && { claims }) });
        expect([claims, answer.status]).toEqual([claims, status]);
        expect(answer.headers).toMatchObject({
          'content-type': 'application/problem+json',
          'cache-control': 'no-store',
        });
      }
    },
  );

  test.each(routes)('$method $path says 500 for a mistake of ours, and nothing of what it was', async (asked) => {
    const stores = createInMemoryStores();
    const broken = () => Promise.reject(new TypeError('secret of the house'));
    Object.assign(stores.ports.upload, { signForm: broken });
    Object.assign(stores.ports.list, { listPartition: broken });
    Object.assign(stores.ports.get, { readRecords: broken });
    Object.assign(stores.ports.delete, { readRecord: broken });
    const body = JSON.stringify({ name: 'x.png', type: 'image/png', size: 1 });
    const { status, json, text } = await asking(stores, { ...asked, ...(asked.body && { body }), user: 'ann' });
    expect([status, json['code']]).toEqual([500, 'internal']);
    expect(json['requestId']).toEqual(expect.any(String));
    expect(text).not.toContain('secret');
  });

  test('is described in docs/api.yaml, and nothing else is', () => {
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      ['get', 'post', 'put', 'delete'].filter((name) => name in methods).map((name) => `${name.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(
      [
        ...['GET /', 'GET /api/config', 'POST /api/uploads', 'GET /api/images', 'GET /api/images/{imageId}'],
        'DELETE /api/images/{imageId}',
      ].toSorted(),
    );
  });

  test('logs neither tokens nor URLs, cursors, names or bodies', async () => {
    const stores = createInMemoryStores();
    const id = stores.addImage('ann', 1);
    const text = await textOf(async () => {
      await stores.ask({
        method: 'POST',
        path: '/api/uploads',
        body: '{"name":"geheim.png","type":"image/png","size":1}',
        user: 'ann',
      });
      const headers = { authorization: 'Bearer eyJhbGciOi' };
      await stores.ask({ path: '/api/images', query: 'cursor=Z2VoZWlt', headers, user: 'ann' });
      await stores.ask({ path: `/api/images/${id}`, headers, user: 'ann' });
      await stores.ask({ path: '/api/images', headers, user: 'ann' });
      await stores.ask({ path: '/api/none?x=geheim', headers, user: 'ann' });
    });
    expect(text.split('\n').filter((line) => line.includes('"answered"'))).toHaveLength(5);
    expect(text).not.toMatch(/Bearer|eyJ|X-Amz|https?:|Z2VoZWlt|geheim|사진/u);
    expect(text).not.toContain(bucket + '.example');
  });
});
