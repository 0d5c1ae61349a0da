import type { PictureUrls } from '../shared/gallery/picture-urls.ts';
import type { Records } from '../shared/gallery/records-of-image.ts';

/** An image in a list; `position` orders them, newest last, and is unique among an owner's. */
export type ListedImage = { imageId: string; position: string };

/** What list-images asks of the world. */
export type Ports = {
  /** Where an owner's images are listed. */
  partitionsOf: (owner: string) => string[];
  /** At most `limit` images of one partition, newest first, from just before a position. `more`: there may be others. */
  listPartition: (
    partition: string,
    before: string | undefined,
    limit: number,
  ) => Promise<{ images: ListedImage[]; more: boolean }>;
  /** Strongly consistent, by image id; an image that nothing is known of is missing. */
  readRecords: (imageIds: readonly string[]) => Promise<ReadonlyMap<string, Records>>;
  pictureUrls: (now: Date) => PictureUrls;
  /** What cursors are signed with. */
  cursorKey: string;
  now: () => Date;
};
