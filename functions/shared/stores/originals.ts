import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import type { Image, OriginalVersion } from '../images/image.ts';
import { headFailure, httpStatus } from './client-defaults.ts';

/** What people uploaded, in whichever bucket the image names. Nothing here writes. */
export function originals(s3: S3Client) {
  /** What the bucket holds now; undefined where there is nothing (or a delete marker). A refusal (403) is an error, never absence. */
  async function headOriginal({ bucket, key }: Image): Promise<OriginalVersion | undefined> {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
      if (httpStatus(error) === 404) return undefined;
      throw headFailure(error, { bucket, key });
    });
    if (head === undefined) return undefined;
    const { VersionId, ETag, ContentLength, LastModified } = head;
    if (ETag === undefined || ContentLength === undefined || LastModified === undefined) {
      throw new Error(
        `S3 described s3://${bucket}/${key} without an ETag, a size or a time: it cannot be told from another`,
      );
    }
    return {
      // `null` is the version id of objects that were uploaded while the bucket was not versioned: they are overwritten in place.
      ...(VersionId !== undefined && VersionId !== 'null' && { versionId: VersionId }),
      eTag: ETag,
      size: ContentLength,
      uploadedAt: LastModified.toISOString(),
    };
  }

  /**
   * The bytes of exactly this version, or `changed`. By If-Match and not by version id: an overwritten version can still be
   * read by its id, and we want to hear that it is not the latest any more.
   */
  async function readOriginal({ bucket, key }: Image, version: OriginalVersion): Promise<Uint8Array | 'changed'> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: version.eTag }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      const status = httpStatus(error);
      if (status === 404 || status === 412) return 'changed';
      throw error;
    }
  }

  return { headOriginal, readOriginal };
}
