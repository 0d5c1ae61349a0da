import { TransientError } from '../images/errors.ts';
import { imageId, type Image } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import { commit } from './commit.ts';
import type { Ports } from './ports.ts';
import { tombstone } from './build-records.ts';

/** What this asks of the world: it reads no original and derives nothing. */
export type TombstonePorts = Pick<
  Ports,
  'readRecord' | 'writeRecord' | 'headOriginal' | 'deleteOutputs' | 'now' | 'pause'
>;

/** The first look, and as many more as a busy image is granted. */
const LOOKS = 1 + 5;

/**
 * Writes the tombstone of an image whose original has just been deleted, by the steps of bring-up-to-date that do so, for whoever cannot
 * wait until S3's event has come. An attempt that runs meanwhile loses its conditional write against it, looks again, and finds nothing
 * there; one that has won is looked at again here.
 *
 * `alive`: the original is there (again); its own event is on its way, and this is nobody's business here. That holds in a versioned
 * bucket: without versions the same bytes, uploaded again, could have been taken for those that the record speaks of.
 *
 * @throws TransientError where others kept writing, and whatever the ports throw. The event of the removal then does the same.
 */
export async function writeTombstone(
  ports: TombstonePorts,
  by: string,
  image: Image,
  recipe: Recipe,
): Promise<'buried' | 'alive'> {
  const id = imageId(image);
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await ports.pause(look);
    // The record first, as everywhere: see runOnce.
    const before = await ports.readRecord(id, recipe.name);
    const original = await ports.headOriginal(image);
    if (original !== undefined) return 'alive';
    if (before === undefined || before.status === 'deleted') return 'buried';
    const record = tombstone({ image, recipe, version: by, now: ports.now() }, before);
    const outcome = await commit({ ports, image, id, recipe }, { before, original }, record, before.openAttempts ?? []);
    if (outcome !== 'conflict') return 'buried';
  }
  throw new TransientError(`${image.bucket}/${image.key} changed during each of ${LOOKS} looks`);
}
