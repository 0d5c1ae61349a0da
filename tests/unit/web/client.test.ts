import { describe, expect, test } from '@jest/globals';
import { createApi } from '../../../web/api/client.ts';
import { ApiProblem, SignedOut, Unreachable } from '../../../web/api/problems.ts';
import { skewOf } from '../../../web/api/server-clock.ts';

type Answer = Response | Error;
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

function bench(...answers: Answer[]) {
  const asked: { path: string; token: string | null; etag: string | null }[] = [];
  const waited: number[] = [];
  let refused = 0;
  const api = createApi({
    fetch: async (path, init) => {
      const headers = new Headers(init.headers);
      asked.push({ path, token: headers.get('authorization'), etag: headers.get('if-none-match') });
      const answer = answers.shift();
      if (answer === undefined) throw new TypeError('Failed to fetch');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    accessToken: async (last) => (last === undefined ? 'old' : 'new'),
    onRefused: () => (refused += 1),
    wait: async (ms) => {
      waited.push(ms);
    },
  });
  return { api, asked, waited, refused: () => refused };
}

describe('a question to the API', () => {
  test('carries the token, and gives the answer with its ETag', async () => {
    const { api, asked } = bench(json({ images: [] }, 200, { etag: '"1"' }));
    expect(await api('/api/images', { etag: '"0"' })).toEqual({ unchanged: false, body: { images: [] }, etag: '"1"' });
    expect(asked).toEqual([{ path: '/api/images', token: 'Bearer old', etag: '"0"' }]);
  });

  test('knows an answer that has not changed', async () => {
    expect(await bench(new Response(null, { status: 304 })).api('/x')).toEqual({ unchanged: true });
  });

  test('is asked once more with another token when the first is refused', async () => {
    const { api, asked } = bench(json({ message: 'Unauthorized' }, 401), json({}));
    await api('/x');
    expect(asked.map(({ token }) => token)).toEqual(['Bearer old', 'Bearer new']);
    const twice = bench(json({}, 401), json({}, 401));
    await expect(twice.api('/x')).rejects.toThrow(SignedOut);
    expect(twice.refused()).toBe(1);
  });

  test('is asked again, each time later, while the API is busy or out of reach', async () => {
    const { api, waited } = bench(json({}, 503), new TypeError('x'), json({ ok: true }));
    expect(await api('/x')).toMatchObject({ body: { ok: true } });
    expect(waited).toEqual([500, 1000]);
    const slow = bench(json({}, 429, { 'retry-after': '7' }), json({}));
    await slow.api('/x');
    expect(slow.waited).toEqual([7000]);
    await expect(bench().api('/x')).rejects.toThrow(Unreachable);
  });

  test('is not asked again when the answer is no', async () => {
    const { api, asked } = bench(json({ code: 'not-found', detail: 'There is no such image.' }, 404));
    const problem = await api('/x').catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 404, code: 'not-found', message: 'There is no such image.' });
    expect(asked.length).toBe(1);
  });

  test('understands whoever answers: the HTTP API, or a proxy on the way', async () => {
    const messageOf = async (answer: Response) =>
      (
        (await bench(answer)
          .api('/x')
          .catch((error: unknown) => error)) as Error
      ).message;
    expect(await messageOf(json({ message: 'Forbidden' }, 403))).toBe('Forbidden');
    expect(await messageOf(new Response('<html>', { status: 403, statusText: 'No' }))).toBe('No');
  });
});

describe('the clock of the device', () => {
  const header = 'Thu, 01 Jan 2026 00:00:10 GMT';
  const at = Date.parse(header);

  test('is right if the difference can be rounding or the way', () => {
    expect(skewOf(header, at + 200, at + 900)).toBe(0);
    expect(skewOf(header, at - 300, at + 100)).toBe(0);
  });

  test('is behind or ahead otherwise', () => {
    expect(skewOf(header, at - 3_600_000, at - 3_600_000)).toBe(3_600_500);
    expect(skewOf(header, at + 86_400_000, at + 86_400_000)).toBe(-86_399_500);
  });

  test('is not judged without a date', () => {
    expect(skewOf(null, 0, 0)).toBeUndefined();
    expect(skewOf('never', 0, 0)).toBeUndefined();
  });
});
