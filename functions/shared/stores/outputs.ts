import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import type { DerivedOutput } from '../images/derivation.ts';

/** S3 takes as many keys in one DeleteObjects. */
const KEYS_PER_REQUEST = 1_000;

/** What we derive, in ThumbnailsBucket. */
export function outputs(s3: S3Client, bucket: string) {
  /** Keys are unique per attempt and never reused, so every client may cache an output without limit. */
  async function putOutput(key: string, output: DerivedOutput): Promise<void> {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: output.bytes,
        ContentType: `image/${output.format}`,
        CacheControl: 'private, max-age=31536000, immutable',
      }),
    );
  }

  /** Deleting a missing output is not an error. Tries all of them, then throws if S3 kept any. */
  async function deleteOutputs(keys: readonly string[]): Promise<void> {
    const kept: string[] = [];
    for (let start = 0; start < keys.length; start += KEYS_PER_REQUEST) {
      const Objects = keys.slice(start, start + KEYS_PER_REQUEST).map((Key) => ({ Key }));
      const answer = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
      // S3 answers 200 even when it refuses some of them.
      for (const { Key, Code, Message } of answer.Errors ?? []) {
        kept.push(`${Key ?? '?'} (${Code ?? 'no code'}: ${Message ?? 'no message'})`);
      }
    }
    if (kept.length > 0)
      throw new Error(`S3 kept ${kept.length} of ${keys.length} outputs in ${bucket}: ${kept.join(', ')}`);
  }

  return { putOutput, deleteOutputs };
}
