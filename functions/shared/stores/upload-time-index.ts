import { isListed } from '../images/image.ts';
import type { ImageRecord } from '../images/record.ts';

// ImagesTable's sparse index of an owner's images by upload time. template.yaml defines it, items.ts writes its two attributes with every
// record, and only list-images queries it (through listed-images.ts). Its keys are stored: renaming one needs a new index.

/** The name of the index. */
export const LISTING_INDEX = 'byUploadTime';
/** Its partition key: `<owner>#<shard>`. */
export const LISTING_PARTITION = 'listing';
/** Its sort key: `<uploadedAt>#<imageId>`, unique within the partition, so that paging neither skips nor repeats. */
export const LISTING_SORT = 'listedAt';
/** One partition takes 1,000 writes a second, and a slow index would throttle the table itself. */
export const LISTING_SHARDS = 8;

/** The partitions of one owner, each with an equal share of the images. list-images queries all of them and merges the results. */
export function listingPartitions(owner: string): string[] {
  return Array.from({ length: LISTING_SHARDS }, (_, shard) => `${owner}#${shard}`);
}

/** The names of buckets whose images no user uploaded. */
export type Unlisted = readonly string[];

/**
 * The index's two attributes, or none. The thumbnails items of all images that exist are listed, regardless of status: users want to see
 * that an image is being processed, or why it was rejected. Tombstones, `canary/` and the buckets `unlisted` are not listed.
 */
export function listingAttributes(
  record: ImageRecord,
  unlisted: Unlisted,
): { [LISTING_PARTITION]?: string; [LISTING_SORT]?: string } {
  const { recipe, status, owner, bucket, key, imageId, uploadedAt } = record;
  if (recipe !== 'thumbnails' || status === 'deleted' || uploadedAt === undefined) return {};
  if (!isListed(key) || unlisted.includes(bucket)) return {};
  // The id is a SHA-256, so any part of it is evenly distributed.
  const shard = Number.parseInt(imageId.slice(0, 8), 16) % LISTING_SHARDS;
  return { [LISTING_PARTITION]: `${owner}#${shard}`, [LISTING_SORT]: `${uploadedAt}#${imageId}` };
}
