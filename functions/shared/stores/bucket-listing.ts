import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import { headFailure, httpStatus } from './client-defaults.ts';

/** Objects in one request: the most that S3 lists, since each request costs as much as 12 of HeadObject. */
const PAGE = 1_000;

/** An object as a listing shows it. */
export type ListedObject = { key: string; eTag: string; /** ISO 8601, UTC. */ lastModified: string };

/** The current objects of a bucket, in the order of their keys. Delete markers and older versions are not listed. */
export function bucketListing(s3: S3Client) {
  /**
   * The objects after a key, which need not exist: so that the place can be kept for as long as one likes, unlike S3's tokens. With a
   * prefix, those whose keys begin with it.
   */
  async function listObjects(
    bucket: string,
    after: string | undefined,
    prefix?: string,
  ): Promise<{ items: ListedObject[]; next?: string }> {
    const { Contents = [], IsTruncated } = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        MaxKeys: PAGE,
        // Keys may hold what XML cannot.
        EncodingType: 'url',
        ...(prefix !== undefined && { Prefix: prefix }),
        ...(after !== undefined && { StartAfter: after }),
      }),
    );
    const items = Contents.map(({ Key, ETag, LastModified }) => {
      if (Key === undefined || ETag === undefined || LastModified === undefined) {
        throw new Error(
          `S3 listed an object of ${bucket} without its key, ETag or time (after ${after ?? 'the beginning'})`,
        );
      }
      return { key: formDecoded(Key), eTag: ETag, lastModified: LastModified.toISOString() };
    });
    const last = items.at(-1);
    return { items, ...(IsTruncated === true && last && { next: last.key }) };
  }

  async function hasObject(bucket: string, key: string): Promise<boolean> {
    try {
      await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return true;
    } catch (error) {
      if (httpStatus(error) === 404) return false;
      throw headFailure(error, { bucket, key });
    }
  }

  return { listObjects, hasObject };
}

/** S3 encodes as HTML forms do: `+` is a space. */
function formDecoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
