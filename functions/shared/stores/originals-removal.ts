import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import type { Image } from '../images/image.ts';

/** Takes originals away. */
export function originalsRemoval(s3: S3Client) {
  /** The current version only: in a versioned bucket it stays behind a delete marker until the lifecycle rule takes it. May be repeated. */
  async function deleteOriginal({ bucket, key }: Image): Promise<void> {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  return { deleteOriginal };
}
