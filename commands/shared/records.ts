import { createHash } from 'node:crypto';
import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

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

/** The item of one image and recipe, strongly consistent; undefined where there is none. */
export async function readItem(
  dynamoDb: DynamoDBClient,
  table: string,
  image: { bucket: string; key: string },
  recipe: string,
): Promise<Item | undefined> {
  const imageId = createHash('sha256').update(`${image.bucket}/${image.key}`).digest('hex');
  const { Item: item } = await dynamoDb.send(
    new GetItemCommand({
      TableName: table,
      Key: { imageId: { S: imageId }, recipe: { S: recipe } },
      ConsistentRead: true,
    }),
  );
  return item && ({ outputs: [], ...unmarshall(item) } as unknown as Item);
}
