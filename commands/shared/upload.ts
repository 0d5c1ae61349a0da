import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { isTransient } from './transient.ts';

/** Something to upload: a file, or bytes drawn just now. */
export type Upload = { name: string; key: string; size: number; open: () => Readable };

export type Uploaded = Upload & { eTag: string; versionId?: string; uploadedAtMs: number };

// Only a courtesy to whoever downloads the original: the functions believe the bytes, never this.
const contentTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.heic': 'image/heic',
};

/** Throws where the path is not a file that can be read: better now than in the middle of an upload. */
export async function fileUpload(path: string, name: string, key: string): Promise<Upload> {
  const found = await stat(path);
  if (found.isDirectory()) throw new Error('it is a folder. Name the files in it, such as holiday/*.jpg.');
  if (!found.isFile()) throw new Error('it is not a file.');
  await access(path, constants.R_OK);
  return { name, key, size: found.size, open: () => createReadStream(path) };
}

export function bytesUpload(bytes: Uint8Array, name: string, key: string): Upload {
  return { name, key, size: bytes.length, open: () => Readable.from([bytes]) };
}

const silent = (): void => undefined;

/** For a client whose uploads are streams: it would say of each that it cannot try it again, which `upload` does. */
export const silentLogger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/** The SDK tries no stream again, since it cannot read it twice; we can open it twice. */
const ATTEMPTS = 6;

/**
 * Uploads one object, again where S3 has trouble; `progress` is told the bytes sent since its last call, less than 0 where an attempt was in
 * vain. Throws what S3 answered last.
 */
export async function upload(
  s3: S3Client,
  bucket: string,
  what: Upload,
  progress: (bytes: number) => void,
): Promise<Uploaded> {
  for (let attempt = 1; ; attempt++) {
    let sent = 0;
    try {
      return await uploadOnce(s3, bucket, what, (bytes) => {
        sent += bytes;
        progress(bytes);
      });
    } catch (error) {
      if (attempt === ATTEMPTS || !isTransient(error)) throw error;
      progress(-sent);
      await setTimeout(50 * 2 ** attempt);
    }
  }
}

async function uploadOnce(
  s3: S3Client,
  bucket: string,
  what: Upload,
  progress: (bytes: number) => void,
): Promise<Uploaded> {
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      progress(chunk.length);
      done(null, chunk);
    },
  });
  const body = what.open();
  body.on('error', (error) => counted.destroy(error));
  const uploadedAtMs = Date.now();
  const { ETag: eTag = '', VersionId: versionId } = await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: what.key,
      Body: body.pipe(counted),
      ContentLength: what.size,
      ContentType: contentTypes[extname(what.name).toLowerCase()] ?? 'application/octet-stream',
    }),
  );
  // `null` is what every upload is called while versioning is suspended, and so names none.
  return { ...what, eTag, uploadedAtMs, ...(versionId !== undefined && versionId !== 'null' && { versionId }) };
}
