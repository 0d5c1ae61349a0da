import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import { upload, type Upload } from '../shared/upload.ts';
import type { EventObject } from './s3-message.ts';

/**
 * The object that holds this file: what the bucket has under the key if it is the same bytes, else uploaded now. `uploaded` is told in
 * that case. Throws what S3 answers.
 */
export async function objectOf(
  s3: S3Client,
  bucket: string,
  file: Upload & { path: string },
  uploaded: () => void,
): Promise<EventObject> {
  const there = await head(s3, bucket, file.key);
  if (there?.eTag === (await md5Of(file.path))) return there;
  await upload(s3, bucket, file, () => undefined);
  uploaded();
  const now = await head(s3, bucket, file.key);
  if (now === undefined) throw new Error(`s3://${bucket}/${file.key} was deleted right after it was uploaded.`);
  return now;
}

/** An object that an event says is gone, whether or not it ever was there. */
export async function removedObject(s3: S3Client, bucket: string, key: string): Promise<EventObject> {
  const there = await head(s3, bucket, key);
  const versionId = there?.versionId;
  return { bucket, key, changedAt: new Date(), ...(versionId !== undefined && { versionId }) };
}

async function head(s3: S3Client, bucket: string, key: string): Promise<EventObject | undefined> {
  try {
    const found = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return {
      bucket,
      key,
      size: found.ContentLength ?? 0,
      eTag: (found.ETag ?? '').replaceAll('"', ''),
      changedAt: found.LastModified ?? new Date(),
      ...(found.VersionId !== undefined && { versionId: found.VersionId }),
    };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** What S3's ETag is of an object that was uploaded in one part. */
async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
