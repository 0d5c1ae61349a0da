import { GetObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import type { Item } from '../../shared/image-items.ts';
import { MAX_DISTANCE, distance, fingerprint } from '../photographs/fingerprint.ts';
import type { Picture } from '../photographs/pictures.ts';
import type { Stack } from '../aws/stack.ts';

/** An output in ThumbnailsBucket, compared with its original. */
export type CheckedOutput = {
  /** A `data:` URI. */
  uri: string;
  /** Whether it is similar to the uploaded picture. */
  isSimilar: boolean;
  problem?: string;
};

/** Reads an output and compares it with its record and with the uploaded picture. Throws NoSuchKey. */
export async function checkOutput(
  { aws, thumbnailsBucket }: Stack,
  { key, width, height, format }: Item['outputs'][number],
  picture: Picture,
): Promise<CheckedOutput> {
  const { Body: body } = await aws.s3.send(new GetObjectCommand({ Bucket: thumbnailsBucket, Key: key }));
  const bytes = Buffer.from((await body?.transformToByteArray()) ?? []);
  const metadata = await sharp(bytes).metadata();
  const difference = distance(await fingerprint(bytes), picture.fingerprint);
  const expectedSize = `${String(width)} x ${String(Math.round((width * picture.height) / picture.width))}`;
  const problem = [
    ...(expectedSize === `${String(metadata.width)} x ${String(metadata.height)}` && metadata.height === height
      ? []
      : [`${String(metadata.width)} x ${String(metadata.height)} pixels and not ${expectedSize}`]),
    ...(metadata.exif === undefined ? [] : ['it carries EXIF']),
    ...(difference <= MAX_DISTANCE ? [] : [`it looks different, by ${difference.toFixed(0)} of 255`]),
  ].join(', ');
  const uri = `data:image/${format};base64,${bytes.toString('base64')}`;
  return { uri, isSimilar: difference <= MAX_DISTANCE, ...(problem !== '' && { problem }) };
}
