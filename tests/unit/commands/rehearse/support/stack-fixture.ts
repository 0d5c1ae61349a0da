import { createHash } from 'node:crypto';
import type { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import type { GetObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import sharp from 'sharp';

import { createImageChecker } from '../../../../../commands/rehearse/judge/image-checker.ts';
import type { Picture } from '../../../../../commands/rehearse/photographs/pictures.ts';
import type { Stack } from '../../../../../commands/rehearse/aws/stack.ts';
import '../../../../support/open-libvips.ts';

/** Of every thumbnail that is made there, pixels. */
export const size = { width: 128, height: 85 };

export async function thumbnail(picture: Picture): Promise<Buffer> {
  return sharp(picture.jpeg).autoOrient().resize(size).webp().toBuffer();
}

export function black(): Promise<Buffer> {
  return sharp({ create: { ...size, channels: 3, background: '#000' } })
    .webp()
    .toBuffer();
}

/** A stack of one function, whose table and bucket hold what a test puts there. */
export function stackFixture(pictures: readonly Picture[]) {
  const records = new Map<string, object>();
  const files = new Map<string, Uint8Array>();
  const dynamoDb = {
    send: async ({ input }: BatchGetItemCommand) => {
      const ids = input.RequestItems?.['images']?.Keys?.map(({ imageId }) => imageId?.S ?? '') ?? [];
      return { Responses: { images: ids.flatMap((id) => records.get(id) ?? []) } };
    },
  };
  const s3 = {
    send: async ({ input }: GetObjectCommand) => {
      const file = files.get(input.Key ?? '');
      if (file === undefined) throw Object.assign(new Error('gone'), { name: 'NoSuchKey' });
      return { Body: { transformToByteArray: async () => file } };
    },
  };
  const stack = {
    aws: { dynamoDb, s3 },
    functions: [{ name: 'generate-thumbnails', functionName: 'thumbs', recipe: 'thumbnails' }],
    uploadsBucket: 'uploads',
    thumbnailsBucket: 'thumbnails',
    imagesTable: 'images',
  } as unknown as Stack;

  /** What a version of the function has made of a photograph. */
  const made = (key: string, file: Uint8Array, more: object = {}): void => {
    const imageId = createHash('sha256').update(`uploads/${key}`).digest('hex');
    const output = { key: `${key}-${String(files.size)}`, ...size, format: 'webp', bytes: file.length };
    files.set(output.key, file);
    const record = { imageId, recipe: 'thumbnails', status: 'ready', versionId: 'v1', processedBy: '4' };
    records.set(imageId, marshall({ ...record, outputs: [output], ...more }));
  };
  const photograph = (key: string, picture = pictures[0]) => {
    if (picture === undefined) throw new Error('there is no picture');
    return { key, versionId: 'v1', eTag: '"e"', picture };
  };
  return { stack, checker: createImageChecker(stack), made, photograph };
}
