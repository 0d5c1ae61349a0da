import { TransientError } from '../images/errors.ts';
import { imageId, type Image } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import { commit } from './commit.ts';
import type { Ports } from './ports.ts';
import { tombstone } from './build-records.ts';

/** What this needs of the ports: it reads no original and derives nothing. */
export type TombstonePorts = Pick<
  Ports,
  'readRecord' | 'writeRecord' | 'headOriginal' | 'deleteOutputs' | 'now' | 'pause'
>;

/** The first round, and as many more as a busy image is granted. */
const ROUNDS = 1 + 5;

/**
 * Writes the tombstone of an image whose original was just deleted, by the same steps as bring-up-to-date, for a caller that cannot wait
 * for S3's event. An attempt that runs at the same time loses its conditional write against the tombstone, starts again, and finds no
 * original. If that attempt wrote first, this starts again.
 *
 * `alive`: the original exists (again). Its own event is on its way and handles it. That holds in a versioned bucket: without versions,
 * the same bytes, uploaded again, could be mistaken for those of the record.
 *
 * @throws TransientError if others kept writing, and all errors of the ports. The event of the removal then does the same work.
 */
export async function writeTombstone(
  ports: TombstonePorts,
  by: string,
  image: Image,
  recipe: Recipe,
): Promise<'buried' | 'alive'> {
  const id = imageId(image);
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await ports.pause(round);
    // Steps 1 to 3, and 7 to 9. The record first: see bring-up-to-date.ts.
    const before = await ports.readRecord(id, recipe.name);
    const original = await ports.headOriginal(image);
    if (original !== undefined) return 'alive';
    if (before === undefined || before.status === 'deleted') return 'buried';
    const record = tombstone({ image, recipe, version: by, now: ports.now() }, before);
    const outcome = await commit(
      { ports, image, id, recipe },
      { before, original },
      { record, resolved: before.openAttempts ?? [] },
    );
    if (outcome !== 'conflict') return 'buried';
  }
  throw new TransientError(`${image.bucket}/${image.key} changed during each of ${ROUNDS} rounds`);
}
