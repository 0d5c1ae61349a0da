import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import type { Gallery } from './gallery.ts';

/** The records of an image, one a recipe, as the table has them. */
export async function recordsOf({ stage }: Gallery, imageId: string): Promise<ImageRecord[]> {
  const { Items = [] } = await stage.dynamoDb.send(
    new QueryCommand({
      TableName: stage.output('ImagesTableName'),
      KeyConditionExpression: 'imageId = :id',
      ExpressionAttributeValues: { ':id': { S: imageId } },
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => unmarshall(item) as ImageRecord);
}

/** Says that another version has made an image's thumbnails. */
export async function setProcessedBy({ stage }: Gallery, imageId: string, version: string): Promise<void> {
  await stage.dynamoDb.send(
    new UpdateItemCommand({
      TableName: stage.output('ImagesTableName'),
      Key: { imageId: { S: imageId }, recipe: { S: 'thumbnails' } },
      UpdateExpression: 'SET processedBy = :by',
      ExpressionAttributeValues: { ':by': { S: version } },
    }),
  );
}
