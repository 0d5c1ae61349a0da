import type { ImageRecord } from '../images/record.ts';
import type { RecipeName } from '../images/recipe.ts';

/** What is known of one image, by recipe. */
export type Records = Partial<Record<RecipeName, ImageRecord>>;

/** The record that tells whose image it is, and what people see of it: the thumbnails' where there is one. */
export function leading({ thumbnails, renditions }: Records): ImageRecord | undefined {
  return thumbnails ?? renditions;
}

/** Whether an image is this owner's, as far as anybody may know: one of somebody else is to be answered as one that never was. */
export function belongsTo(records: Records | undefined, owner: string): records is Records {
  const record = records && leading(records);
  return record !== undefined && record.owner === owner && record.key.startsWith(`users/${owner}/`);
}

/** Hidden by delete-image, or gone from the bucket: what the renditions still say is of no interest then. */
export function isDeleted(records: Records): boolean {
  return leading(records)?.status === 'deleted';
}
