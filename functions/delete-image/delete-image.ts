import { isImageId } from '../shared/gallery/image-ids.ts';
import { Problem } from '../shared/gallery/problem.ts';
import { belongsTo, isDeleted, leading, type Records } from '../shared/gallery/records-of-image.ts';
import type { User } from '../shared/gallery/user.ts';
import { recipeNames } from '../shared/images/recipe.ts';
import type { Ports } from './ports.ts';

/**
 * Deletes the original of a user's own image and hides the image at once; S3's event has the pipeline do the rest. May be repeated, and is
 * to be where it throws: whatever has happened by then, the image ends deleted. Throws a Problem where the user has no such image, by the same
 * reads whether it is another's or none.
 */
export async function deleteImage(ports: Ports, user: User, imageId: string): Promise<void> {
  const records = isImageId(imageId) ? await recordsOf(ports, imageId) : {};
  const record = leading(records);
  if (!belongsTo(records, user.sub) || record?.bucket !== ports.bucket) {
    throw new Problem('not-found', 'There is no such image.');
  }
  if (isDeleted(records)) return;
  const { bucket, key } = record;
  // The original first: a tombstone of what still exists would be undone by the next event.
  await ports.deleteOriginal({ bucket, key });
  await ports.hide({ bucket, key });
}

async function recordsOf({ readRecord }: Ports, imageId: string): Promise<Records> {
  const records = await Promise.all(recipeNames.map((recipe) => readRecord(imageId, recipe)));
  return Object.fromEntries(records.flatMap((record) => (record ? [[record.recipe, record]] : [])));
}
