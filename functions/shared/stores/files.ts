import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';

import { httpStatus } from './client-defaults.ts';

/** The objects of one bucket, whole and as they are. */
export function files(s3: S3Client, bucket: string) {
  /** With the quotes that S3 sends around an ETag. */
  async function putFile(key: string, bytes: Uint8Array): Promise<{ eTag: string }> {
    const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    return { eTag: ETag };
  }

  /** Undefined where there is nothing; a refusal (403) is an error. */
  async function readFile(key: string): Promise<Uint8Array | undefined> {
    return (await readObject(key))?.bytes;
  }

  /** The same, with the headers that its readers get. */
  async function readObject(
    key: string,
  ): Promise<{ bytes: Uint8Array; contentType?: string; cacheControl?: string } | undefined> {
    try {
      const { Body, ContentType, CacheControl } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return {
        bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(),
        ...(ContentType !== undefined && { contentType: ContentType }),
        ...(CacheControl !== undefined && { cacheControl: CacheControl }),
      };
    } catch (error) {
      if (httpStatus(error) === 404) return undefined;
      throw error;
    }
  }

  return { putFile, readFile, readObject };
}
