import type { ImageRecord } from '../images/record.ts';
import type { RecipeName } from '../images/recipe.ts';

/** The records of one image, by recipe. */
export type Records = Partial<Record<RecipeName, ImageRecord>>;

/** The record that names the owner of the image and that people see: the record of the thumbnails, if it exists. */
export function leading({ thumbnails, renditions }: Records): ImageRecord | undefined {
  return thumbnails ?? renditions;
}

/** Whether an image belongs to this owner. The API must answer for another user's image as for one that never existed. */
export function belongsTo(records: Records | undefined, owner: string): records is Records {
  const record = records && leading(records);
  return record !== undefined && record.owner === owner && record.key.startsWith(`users/${owner}/`);
}

/** Hidden by delete-image, or gone from the bucket: what the renditions still say is of no interest then. */
export function isDeleted(records: Records): boolean {
  return leading(records)?.status === 'deleted';
}
