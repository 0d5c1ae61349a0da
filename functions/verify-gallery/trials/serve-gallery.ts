import { jsonOf } from '../answer.ts';
import type { Trial } from '../trial.ts';

/** The page with all that it loads, its configuration, and nothing else. */
export async function tryServeGallery({ ask, failures }: Trial): Promise<void> {
  const policy = /^default-src 'none'; script-src 'self'; (?!.*unsafe)/u;
  const page = await ask(
    'the page',
    { method: 'GET', path: '/' },
    {
      status: 200,
      type: 'text/html',
      headers: { 'content-security-policy': policy, 'cache-control': /no-cache/u, etag: /^"[^"]+"$/u },
    },
  );
  await ask(
    'the page, compressed',
    { method: 'GET', path: '/', headers: { 'accept-encoding': 'gzip, br' } },
    { status: 200, type: 'text/html' },
  );
  await ask('the page’s head', { method: 'HEAD', path: '/' }, { status: 200, type: 'text/html' });
  const known = { 'if-none-match': page?.headers['etag'] ?? '' };
  await ask('the page that is known', { method: 'GET', path: '/', headers: known }, { status: 304 });
  const files = [...(page?.text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/gu) ?? [])].map(([, path = '']) => path);
  for (const path of new Set(files)) {
    await ask(
      `the page’s file ${path}`,
      { method: 'GET', path },
      { status: 200, headers: { 'cache-control': /immutable/u } },
    );
  }
  await ask('a file that is none', { method: 'GET', path: '/assets/none.js' }, { status: 404, problem: 'not-found' });
  await ask(
    'a post to the page',
    { method: 'POST', path: '/', body: 'x' },
    { status: 405, problem: 'method-not-allowed' },
  );
  await ask('a path that the API has not', { method: 'GET', path: '/api/none' }, { status: 404, problem: 'not-found' });

  const config = await ask(
    'the configuration',
    { method: 'GET', path: '/api/config' },
    { status: 200, type: 'application/json' },
  );
  const { signIn } = ((config && jsonOf(config)) ?? {}) as { signIn?: Record<string, unknown> };
  for (const name of ['authorizationEndpoint', 'tokenEndpoint', 'logoutEndpoint', 'clientId']) {
    if (typeof signIn?.[name] !== 'string') failures.push(`the configuration: it does not tell ${name}`);
  }
}
