import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { LISTING_INDEX, LISTING_PARTITION, LISTING_SORT } from './upload-time-index.ts';

/** An image in a list: `position` (its place in the order of the index) contains the upload time, and is unique. */
export type ListedImage = { imageId: string; position: string };

/** ImagesTable's index, newest first. */
export function listedImages(dynamo: DynamoDBClient, table: string) {
  /** At most `limit` images of one partition, from just before a position. `more`: there may be others. */
  async function listPartition(
    partition: string,
    before: string | undefined,
    limit: number,
  ): Promise<{ images: ListedImage[]; more: boolean }> {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: LISTING_INDEX,
        KeyConditionExpression:
          before === undefined ? '#partition = :partition' : '#partition = :partition AND #sort < :before',
        ProjectionExpression: 'imageId, #sort',
        ExpressionAttributeNames: { '#partition': LISTING_PARTITION, '#sort': LISTING_SORT },
        ExpressionAttributeValues: {
          ':partition': { S: partition },
          ...(before !== undefined && { ':before': { S: before } }),
        },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const images = Items.flatMap(({ imageId, [LISTING_SORT]: position }) =>
      imageId?.S === undefined || position?.S === undefined ? [] : [{ imageId: imageId.S, position: position.S }],
    );
    return { images, more: LastEvaluatedKey !== undefined };
  }

  return { listPartition };
}
