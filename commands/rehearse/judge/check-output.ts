import { GetObjectCommand } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import type { Item } from '../../shared/image-items.ts';
import { ALIKE, distance, look } from '../photographs/fingerprint.ts';
import type { Picture } from '../photographs/pictures.ts';
import type { Stack } from '../aws/stack.ts';

/** What a file of ThumbnailsBucket looks like. */
export type Seen = {
  /** A `data:` URI. */
  uri: string;
  /** Does it look like the picture that was uploaded? */
  alike: boolean;
  problem?: string;
};

/** Reads an output and compares it with what its record says and with the picture that was uploaded. Throws NoSuchKey. */
export async function seeOutput(
  { aws, thumbnailsBucket }: Stack,
  { key, width, height, format }: Item['outputs'][number],
  picture: Picture,
): Promise<Seen> {
  const { Body: body } = await aws.s3.send(new GetObjectCommand({ Bucket: thumbnailsBucket, Key: key }));
  const bytes = Buffer.from((await body?.transformToByteArray()) ?? []);
  const metadata = await sharp(bytes).metadata();
  const far = distance(await look(bytes), picture.look);
  const due = `${String(width)} x ${String(Math.round((width * picture.height) / picture.width))}`;
  const problem = [
    ...(due === `${String(metadata.width)} x ${String(metadata.height)}` && metadata.height === height
      ? []
      : [`${String(metadata.width)} x ${String(metadata.height)} pixels and not ${due}`]),
    ...(metadata.exif === undefined ? [] : ['it carries EXIF']),
    ...(far <= ALIKE ? [] : [`it looks different, by ${far.toFixed(0)} of 255`]),
  ].join(', ');
  const uri = `data:image/${format};base64,${bytes.toString('base64')}`;
  return { uri, alike: far <= ALIKE, ...(problem !== '' && { problem }) };
}
