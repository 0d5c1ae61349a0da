import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { jsonOf } from '../../../functions/verify-gallery/answer.ts';
import { textOf } from '../lambda/captured.ts';
import { differences } from './schemas.ts';
import { createInMemoryStores, type Asked } from './in-memory-stores.ts';

/** `API_SEED=… npm run jest -- tests/unit/gallery/hostile` asks the same again. */
const seed = Number(process.env['API_SEED'] ?? Math.trunc(Math.random() * 0x7fffffff));

/** Asks in turn; whatever is logged meanwhile is of no interest here. */
async function askAll<Case>(
  arbitrary: fc.Arbitrary<Case>,
  numRuns: number,
  check: (one: Case) => Promise<void>,
): Promise<number> {
  let details: fc.RunDetails<[Case]> | undefined;
  await textOf(async () => {
    details = await fc.check(fc.asyncProperty(arbitrary, check), { seed, numRuns });
  });
  if (details?.failed)
    throw new Error(`API_SEED=${seed}\n${fc.stringify(details.counterexample)}\n${String(details.errorInstance)}`);
  return details?.numRuns ?? 0;
}

test('500 cursors that were tampered with are refused, each as one', async () => {
  const stores = createInMemoryStores();
  for (let n = 0; n < 30; n++) {
    stores.addImage('ann', n);
    stores.addImage('otto', n);
  }
  const cursorOf = async (user: string, limit: number) => {
    let cursor = '';
    await textOf(async () => {
      const answer = await stores.ask({ path: '/api/images', query: `limit=${limit}`, user });
      cursor = String(jsonOf(answer)?.['next']);
    });
    return cursor;
  };
  const ours = await cursorOf('ann', 5);
  const others = await cursorOf('otto', 5);
  const bytes = Buffer.from(ours, 'base64url');
  const tampered = fc.oneof(
    fc.tuple(fc.nat(bytes.length * 8 - 1)).map(([bit]) => {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return changed.toString('base64url');
    }),
    fc.nat(ours.length - 1).map((length) => ours.slice(0, length)),
    fc.string({ minLength: 1, maxLength: 8 }).map((more) => ours + more),
    fc
      .tuple(fc.nat(ours.length), fc.constantFrom('=', ' ', '+', '/', '\n', '%', '한'))
      .map(([at, one]) => ours.slice(0, at) + one + ours.slice(at)),
    fc.uint8Array({ maxLength: 120 }).map((any) => Buffer.from(any).toString('base64url')),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constant(others),
  );
  const runs = await askAll(tampered, 500, async (cursor) => {
    const query = new URLSearchParams({ cursor, limit: '5' }).toString();
    const answer = await stores.ask({ path: '/api/images', query, user: 'ann' });
    if (cursor === ours) return;
    expect([answer.status, jsonOf(answer)?.['code']]).toEqual([400, 'invalid-cursor']);
  });
  expect(runs).toBe(500);
});

test('2,000 fuzzed requests get an answer that docs/api.yaml describes, and none of them a 5xx', async () => {
  const stores = createInMemoryStores();
  const own = Array.from({ length: 12 }, (_, n) => stores.addImage('ann', n));
  const foreign = stores.addImage('otto', 99);
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('', '\ud800', '__proto__', '../..', '${filename}', '\0'),
  );
  const json = fc.oneof(
    fc
      .record(
        {
          name: text,
          type: fc.oneof(text, fc.constantFrom('image/png', 'image/jpeg', '')),
          size: fc.oneof(fc.integer(), fc.double(), fc.nat(30_000_000)),
        },
        { requiredKeys: [] },
      )
      .map((one) => JSON.stringify(one)),
    fc.json({ maxDepth: 3 }),
    text,
    fc.constant('['.repeat(5_000)),
  );
  const id = fc.oneof(
    fc.constantFrom(...own, foreign, '0'.repeat(64), '..', '%2e%2e', 'A'.repeat(64)),
    text.filter((one) => !/[/?#]/u.test(one) && one !== ''),
  );
  const parameter = fc.tuple(
    fc.constantFrom('ids', 'cursor', 'limit', 'owner', 'x', '__proto__'),
    fc.oneof(
      text,
      fc.integer().map(String),
      fc.array(id, { maxLength: 5 }).map((ids) => ids.join(',')),
    ),
  );
  const query = fc.oneof(
    fc.array(parameter, { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString()),
    text,
    fc.constantFrom('%', '%ff', '&&=&', 'ids'),
  );
  const headers = fc.dictionary(
    fc.constantFrom('if-none-match', 'accept-encoding', 'content-type', 'Accept-Encoding', 'range', 'authorization'),
    fc.oneof(text, fc.constantFrom('*', 'W/"', '""', 'br;q=0', 'br', ',,,')),
  );
  const claims = fc.oneof(
    fc.constant({ sub: 'ann', token_use: 'access' }),
    fc.record(
      {
        sub: fc.oneof(text, fc.constant('ann')),
        token_use: fc.constantFrom('access', 'id', 'refresh'),
        'cognito:groups': fc.oneof(text, fc.constantFrom('[admins]', '[', ']', '[]')),
      },
      { requiredKeys: [] },
    ),
  );
  const path = fc.oneof(
    fc.constantFrom(
      '/api/uploads',
      '/api/images',
      '/',
      '/api/config',
      '/api',
      '/assets/main-1.js',
      '/favicon.ico',
      '/constructor',
      '/__proto__',
    ),
    id.map((one) => `/api/images/${one}`),
    text.map((one) => `/${one}`),
    text.map((one) => `/api/${one}`),
  );
  const fuzzed: fc.Arbitrary<Asked> = fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'DELETE', 'HEAD', 'PUT', 'PATCH', 'OPTIONS'),
    path,
    query,
    headers,
    body: json,
    claims,
  });
  /** What is nearly right, or right: nothing gets further than that. */
  const plausible: fc.Arbitrary<Asked> = fc.oneof(
    fc
      .tuple(text, fc.constantFrom('image/png', 'image/webp', 'text/html'), fc.constantFrom(1, 25_000_000, 25_000_001))
      .map(([name, type, size]) => ({
        method: 'POST',
        path: '/api/uploads',
        body: JSON.stringify({ name: `${name}.png`, type, size }),
        user: 'ann',
      })),
    fc
      .tuple(fc.constantFrom('GET', 'GET', 'DELETE'), fc.constantFrom(...own, foreign), headers)
      .map(([method, one, sent]) => ({ method, path: `/api/images/${one}`, headers: sent, user: 'ann' })),
    headers.map((sent) => ({ path: '/api/images', headers: sent, user: 'ann' })),
  );
  const request = fc.oneof({ weight: 3, arbitrary: fuzzed }, { weight: 1, arbitrary: plausible });
  const statuses = new Map<number, number>();
  const runs = await askAll(request, 2_000, async (asked) => {
    const answer = await stores.ask(asked);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expect(answer.status).toBeLessThan(500);
    const method = asked.method ?? 'GET';
    const known = asked.path.replace(/^\/api\/images\/[^/]+$/u, '/api/images/{imageId}');
    // What no route takes is the page's to answer.
    const described = {
      '/api/images/{imageId}': ['GET', 'DELETE'],
      '/api/images': ['GET'],
      '/api/uploads': ['POST'],
      '/api/config': ['GET'],
    };
    const isApi = Object.entries(described).some(([route, methods]) => route === known && methods.includes(method));
    if (isApi) expect(differences(known, method, answer)).toEqual([]);
    else if (answer.status !== 200 && answer.status !== 304) {
      const wanted = answer.status === 405 ? 405 : 404;
      expect(answer.status).toBe(wanted);
    }
    if (answer.status >= 400) expect(answer.headers['content-type']).toBe('application/problem+json');
  });
  expect(runs).toBe(2_000);
  // Dice that only ever reached the parser of requests would have shown nothing.
  for (const status of [200, 201, 204, 304, 400, 401, 403, 404, 405, 413, 415])
    expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
  expect(stores.table.get(`${foreign} thumbnails`)?.status).toBe('ready');
});
