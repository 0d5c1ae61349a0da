import { randomUUID } from 'node:crypto';
import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { drawSample } from '../sample-picture.ts';
import { bytesUpload, upload } from '../shared/upload.ts';

/** Enough to fill a screen, and few enough that all are ready when the user has signed in. */
const COUNT = 12;

/** Wide enough for the largest thumbnail and the smaller rendition at their full size. */
const MEGAPIXELS = 1.5;

/** Pictures that are drawn one after the other, even before they are needed. */
export function drawFirstPictures(count = COUNT): Promise<Uint8Array>[] {
  let before: Promise<unknown> = Promise.resolve();
  return Array.from({ length: count }, (_, index) => {
    const drawn = before.then(() => drawSample(index, { megapixels: MEGAPIXELS }));
    // The consumer of the picture gets the error.
    before = drawn.catch(() => undefined);
    return drawn;
  });
}

/** Whether somebody has ever uploaded anything for this owner, as far as the bucket knows: what is deleted counts for as long as it is kept. */
export async function hasPictures(s3: S3Client, bucket: string, owner: string): Promise<boolean> {
  const { Versions: versions = [], DeleteMarkers: markers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `users/${owner}/`, MaxKeys: 1 }),
  );
  return versions.length + markers.length > 0;
}

/** Uploads each as soon as it is drawn, as the page would: to a place of its own. */
export async function uploadFirstPictures(
  s3: S3Client,
  { bucket, owner, pictures }: { bucket: string; owner: string; pictures: readonly Promise<Uint8Array>[] },
): Promise<void> {
  await Promise.all(
    pictures.map(async (drawn, index) => {
      const name = `landscape-${String(index + 1).padStart(2, '0')}.jpg`;
      const key = `users/${owner}/${randomUUID()}/${name}`;
      await upload(s3, bucket, bytesUpload(await drawn, name, key), () => undefined);
    }),
  );
}
