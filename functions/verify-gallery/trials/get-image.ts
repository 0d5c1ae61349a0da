import { jsonOf } from '../answer.ts';
import type { Trial } from '../trial.ts';
import { until } from '../until.ts';

/** One picture, only for its owner. */
export async function tryGetImage(trial: Trial): Promise<void> {
  const { ports, owner, stranger, ask, look, failures, upload } = trial;
  const get = (id: string, user = owner) => ({
    ...{ method: 'GET', path: `/api/images/${id}` },
    user,
  });
  const { imageId } = await upload();

  await ask(
    'a picture for nobody',
    { method: 'GET', path: `/api/images/${imageId}` },
    { status: 401, problem: 'unauthorized' },
  );
  await ask('a picture that is none', get('f'.repeat(64)), { status: 404, problem: 'not-found' });
  await ask('an id that is none', get('..'), { status: 404, problem: 'not-found' });
  await ask('another owner', { ...get(imageId), query: `owner=${stranger}` }, { status: 403, problem: 'forbidden' });

  const isReady = await until(trial, async () => {
    const answer = await look(get(imageId));
    return answer?.status === 200 && jsonOf(answer)?.['status'] === 'ready';
  });
  if (isReady !== true) {
    failures.push('a picture: what was put there did not become ready');
    return;
  }
  await ask('a picture, for a stranger', get(imageId, stranger), { status: 404, problem: 'not-found' });
  const answer = await ask('a picture', get(imageId), {
    status: 200,
    type: 'application/json',
    headers: { etag: /^W\/"[\w-]+"$/u, 'cache-control': /private/u },
  });
  const details = (answer && jsonOf(answer)) ?? {};
  const known = { 'if-none-match': answer?.headers['etag'] ?? '' };
  await ask('a picture that is known', { ...get(imageId), headers: known }, { status: 304 });
  const { format, width, height, name } = details;
  const returned = JSON.stringify([format, width, height, name]);
  if (returned !== JSON.stringify(['png', 16, 16, 'verify.png'])) failures.push(`a picture: it is told as ${returned}`);

  const original = (details['original'] ?? {}) as { url?: string };
  const { status, headers, bytes } = await ports.fetch(original.url ?? '');
  if (status !== 200 || !Buffer.from(bytes).equals(ports.picture))
    failures.push(`the original: its URL answers ${status}`);
  const disposition = headers.get('content-disposition') ?? 'nothing';
  if (!disposition.startsWith('attachment')) failures.push(`the original: it is no download, but ${disposition}`);
}
