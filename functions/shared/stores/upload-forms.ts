import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';

/** Seconds for which a form is good. */
export const FORM_SECONDS = 300;

/** Forms by which a browser uploads one file, past us. */
export function uploadForms(s3: S3Client, bucket: string) {
  /** For exactly this key, this type and this number of bytes. S3 rejects everything that differs from the signed policy. */
  async function signForm({
    key,
    contentType,
    size,
  }: {
    key: string;
    contentType: string;
    size: number;
  }): Promise<{ url: string; fields: Record<string, string> }> {
    return createPresignedPost(s3, {
      Bucket: bucket,
      Key: key,
      Fields: { 'Content-Type': contentType, success_action_status: '201' },
      Conditions: [
        ['eq', '$key', key],
        ['eq', '$Content-Type', contentType],
        ['content-length-range', size, size],
      ],
      Expires: FORM_SECONDS,
    });
  }

  return { signForm };
}
