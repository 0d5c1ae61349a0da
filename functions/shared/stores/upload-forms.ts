import type { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';

/** Seconds for which a form is good. */
export const FORM_SECONDS = 300;

/** Forms by which a browser uploads one file, past us. */
export function uploadForms(s3: S3Client, bucket: string) {
  /** Takes exactly this key, this type and this many bytes: S3 refuses whatever differs from the policy that is signed. */
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
