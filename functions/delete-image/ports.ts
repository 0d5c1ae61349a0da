import type { Image } from '../shared/images/image.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import type { RecipeName } from '../shared/images/recipe.ts';

/** What delete-image asks of the world. */
export type Ports = {
  /** The bucket that people upload to. */
  bucket: string;
  /** Strongly consistent. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /** The current version; may be repeated. */
  deleteOriginal: (image: Image) => Promise<void>;
  /** Writes the tombstone of the thumbnails for an image whose original is gone, so that no user sees the image any more. */
  hide: (image: Image) => Promise<unknown>;
};
