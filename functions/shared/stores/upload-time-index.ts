import { isListed } from '../images/image.ts';
import type { ImageRecord } from '../images/record.ts';

/** ImagesTable's sparse index: an owner's images by upload time. template.yaml and list-images use these names. */
export const LISTING_INDEX = 'byUploadTime';
/** Its partition key: `<owner>#<shard>`. */
export const LISTING_PARTITION = 'listing';
/** Its sort key: `<uploadedAt>#<imageId>`, unique within the partition, so that paging neither skips nor repeats. */
export const LISTING_SORT = 'listedAt';
/** One partition takes 1,000 writes a second, and a slow index would throttle the table itself. */
export const LISTING_SHARDS = 8;

/** Where one owner's images are listed: every one of these partitions holds an equal share of them. */
export function listingPartitions(owner: string): string[] {
  return Array.from({ length: LISTING_SHARDS }, (_, shard) => `${owner}#${shard}`);
}

/** Buckets whose images nobody uploaded, by name. */
export type Unlisted = readonly string[];

/**
 * The index's two attributes, or none. Listed are the thumbnails items of images that exist, whatever their status: people want
 * to see that an image is being worked on, or why it was rejected. Tombstones, `canary/` and the buckets `unlisted` are not listed.
 */
export function listingAttributes(
  record: ImageRecord,
  unlisted: Unlisted,
): { [LISTING_PARTITION]?: string; [LISTING_SORT]?: string } {
  const { recipe, status, owner, bucket, key, imageId, uploadedAt } = record;
  if (recipe !== 'thumbnails' || status === 'deleted' || uploadedAt === undefined) return {};
  if (!isListed(key) || unlisted.includes(bucket)) return {};
  // The id is a SHA-256, so that any piece of it is evenly spread.
  const shard = Number.parseInt(imageId.slice(0, 8), 16) % LISTING_SHARDS;
  return { [LISTING_PARTITION]: `${owner}#${shard}`, [LISTING_SORT]: `${uploadedAt}#${imageId}` };
}
