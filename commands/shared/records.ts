import { createHash } from 'node:crypto';
import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

type Image = { bucket: string; key: string };

/** One item of ImagesTable, as far as a command shows it. */
export type Item = {
  status: string;
  reason?: string;
  lastError?: string;
  eTag?: string;
  versionId?: string;
  format?: string;
  width?: number;
  height?: number;
  size?: number;
  processedAt?: string;
  processedBy?: string;
  dominantColour?: string;
  exif?: Record<string, string | number>;
  outputs: { key: string; width: number; height: number; format: string; bytes: number }[];
};

export const recipeNames = ['thumbnails', 'renditions'] as const;

/** The key of the item of one image and recipe. */
export function itemKey({ bucket, key }: Image, recipe: string): Record<'imageId' | 'recipe', { S: string }> {
  const imageId = createHash('sha256').update(`${bucket}/${key}`).digest('hex');
  return { imageId: { S: imageId }, recipe: { S: recipe } };
}

/** The item of one image and recipe, strongly consistent; undefined where there is none. */
export async function readItem(
  dynamoDb: DynamoDBClient,
  table: string,
  image: Image,
  recipe: string,
): Promise<Item | undefined> {
  const { Item: item } = await dynamoDb.send(
    new GetItemCommand({ TableName: table, Key: itemKey(image, recipe), ConsistentRead: true }),
  );
  return item && ({ outputs: [], ...unmarshall(item) } as unknown as Item);
}
