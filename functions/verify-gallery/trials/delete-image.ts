import type { Trial } from '../trial.ts';
import { until } from '../until.ts';

/** Deletes one picture that this trial has put there, only for its owner. */
export async function tryDeleteImage(trial: Trial): Promise<void> {
  const { ports, owner, stranger, ask, look, failures, upload } = trial;
  const remove = (id: string, user = owner) => ({
    ...{ method: 'DELETE', path: `/api/images/${id}` },
    user,
  });
  const { key, imageId } = await upload();

  await ask(
    'a deletion by nobody',
    { method: 'DELETE', path: `/api/images/${imageId}` },
    { status: 401, problem: 'unauthorized' },
  );
  await ask('a deletion of nothing', remove('f'.repeat(64)), { status: 404, problem: 'not-found' });
  await ask('an id that is none', remove('..'), { status: 404, problem: 'not-found' });
  await ask('a deletion by a stranger', remove(imageId, stranger), { status: 404, problem: 'not-found' });
  if ((await ports.readPicture(key)) === undefined) failures.push('a deletion by a stranger: the picture is gone');

  // Until the pipeline has seen it, it is unknown.
  const isDeleted = await until(trial, async () => (await look(remove(imageId)))?.status === 204);
  if (isDeleted !== true) {
    failures.push('a deletion: its owner cannot delete the picture that was put there');
    return;
  }
  if ((await ports.readPicture(key)) !== undefined) failures.push('a deletion: the picture is still there');
  await ask('a deletion, once more', remove(imageId), { status: 204 });
  await ask('a deletion by a stranger, after that', remove(imageId, stranger), { status: 404, problem: 'not-found' });
}
