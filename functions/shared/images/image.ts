import { createHash } from 'node:crypto';

/** One original: an object in a bucket that users upload to. */
export type Image = { bucket: string; key: string };

/** What identifies one state of an original, as S3's HeadObject returns it. */
export type OriginalVersion = {
  /** Absent if the bucket is not versioned. */
  versionId?: string;
  /** With the quotes that S3 sends, so that it can be used unchanged in If-Match. */
  eTag: string;
  /** Bytes. */
  size: number;
  /** S3's LastModified, ISO 8601, UTC. */
  uploadedAt: string;
};

/** The partition key of an image: SHA-256 of the UTF-8 text `<bucket>/<key>`, lower-case hex. Any key of up to 1,024 bytes fits. */
export function imageId({ bucket, key }: Image): string {
  return createHash('sha256').update(`${bucket}/${key}`, 'utf8').digest('hex');
}

/** The owner of an image: the second segment of `users/<owner>/…`, else `-`. */
export function ownerOf(key: string): string {
  return /^users\/([^/]+)\/./su.exec(key)?.[1] ?? '-';
}

/** Images under `canary/` belong to the after-traffic hook: processed as any other, never listed. */
export function isListed(key: string): boolean {
  return !key.startsWith('canary/');
}

/**
 * One name for one state of an original: its version id and its ETag. With an ETag alone, A, B, A would look like no change. A version id
 * alone is not enough if versioning is suspended: then every overwrite has the id `null`.
 */
export function identityOf({ versionId, eTag }: { versionId?: string; eTag?: string }): string {
  return `${versionId ?? ''} ${eTag ?? ''}`;
}
