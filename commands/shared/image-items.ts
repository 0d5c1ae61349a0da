import { createHash } from 'node:crypto';
import { GetItemCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

type Image = { bucket: string; key: string };

/** One item of ImagesTable: the attributes that commands show. */
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

/** The partition key of the items of one image. */
export function imageIdOf({ bucket, key }: Image): string {
  return createHash('sha256').update(`${bucket}/${key}`).digest('hex');
}

/** The key of the item of one image and recipe. */
export function itemKey(image: Image, recipe: string): Record<string, AttributeValue> {
  return marshall({ imageId: imageIdOf(image), recipe });
}

/** Reads the item of one image and recipe, strongly consistent; undefined if it does not exist. */
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
