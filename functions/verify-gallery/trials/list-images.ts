import { jsonOf } from '../answer.ts';
import type { Trial } from '../trial.ts';
import { until } from '../until.ts';

type Tile = { imageId: string; status: string; outputs?: { url: string }[] };

/** A list with one picture, only for its owner. */
export async function tryListImages(trial: Trial): Promise<void> {
  const { ports, owner, stranger, ask, look, failures, upload } = trial;
  const list = (query: string, user = owner) => ({
    ...{ method: 'GET', path: '/api/images', query },
    user,
  });
  const { imageId } = await upload();

  await ask('a list for nobody', { method: 'GET', path: '/api/images' }, { status: 401, problem: 'unauthorized' });
  await ask('a list of somebody else', list(`owner=${stranger}`), { status: 403, problem: 'forbidden' });
  await ask('a cursor that nobody gave', list('cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA'), {
    status: 400,
    problem: 'invalid-cursor',
  });
  await ask('a limit of nothing', list('limit=0'), { status: 400, problem: 'invalid-request' });
  await ask('ids that are none', list('ids=1,2'), { status: 400, problem: 'invalid-request' });

  const imagesOf = async (query: string, user = owner): Promise<Tile[]> => {
    const answer = await look(list(query, user));
    return ((answer && jsonOf(answer)?.['images']) ?? []) as Tile[];
  };
  const found = await until(trial, async () => (await imagesOf('')).find((tile) => tile.status === 'ready'));
  if (found === undefined) {
    failures.push('a list: the picture that was put there did not appear as ready');
    return;
  }
  const answer = await ask('a list', list('limit=10'), {
    status: 200,
    type: 'application/json',
    headers: { etag: /^W\/"[\w-]+"$/u, 'cache-control': /private/u },
  });
  const images = ((answer && jsonOf(answer)?.['images']) ?? []) as Tile[];
  if (images.length !== 1 || images[0]?.imageId !== imageId)
    failures.push('a list: it does not hold the one picture that there is');
  const etag = answer?.headers['etag'] ?? '';
  await ask('a list that is known', { ...list('limit=10'), headers: { 'if-none-match': etag } }, { status: 304 });

  const states = await imagesOf(`ids=${imageId}`);
  if (states[0]?.imageId !== imageId) failures.push('the state of one picture: it is not told');
  if ((await imagesOf(`ids=${imageId}`, stranger)).length > 0)
    failures.push('the state of one picture: it is told to strangers');
  if ((await imagesOf('', stranger)).length > 0) failures.push('a list: strangers see the picture');

  const [output] = images[0]?.outputs ?? [];
  if (output === undefined) {
    failures.push('a list: the picture has no thumbnails');
    return;
  }
  const { status, headers } = await ports.fetch(output.url);
  const type = headers.get('content-type') ?? 'nothing';
  if (status !== 200 || type !== 'image/webp') failures.push(`a thumbnail: its URL answers ${status}, ${type}`);
}
