import type { PictureUrls } from '../shared/gallery/picture-urls.ts';
import type { Records } from '../shared/gallery/records-of-image.ts';

/** What get-image asks of the world. */
export type Ports = {
  /** Strongly consistent, by image id; an image that nothing is known of is missing. */
  readRecords: (imageIds: readonly string[]) => Promise<ReadonlyMap<string, Records>>;
  pictureUrls: (now: Date) => PictureUrls;
  now: () => Date;
};
