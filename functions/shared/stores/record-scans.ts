import { QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

import type { RecipeName } from '../images/recipe.ts';
import type { ImageRecord } from '../images/record.ts';
import { fromItem, keyOf } from './items.ts';

/** Items at a time. */
const PAGE = 250;

/** Many records of ImagesTable at once. */
export function recordScans(dynamo: DynamoDBClient, table: string) {
  /** Every recipe's record of one image. Strongly consistent. */
  async function recordsOf(imageId: string): Promise<ImageRecord[]> {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'imageId = :imageId',
        ExpressionAttributeValues: { ':imageId': { S: imageId } },
      }),
    );
    return Items.map(fromItem);
  }

  /** All records, in DynamoDB's own order, a page at a time; `after` is where an earlier page said that the next begins. */
  async function scanRecords(after: string | undefined): Promise<{ items: ImageRecord[]; next?: string }> {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new ScanCommand({
        TableName: table,
        Limit: PAGE,
        ConsistentRead: true,
        // What else is kept in the table (see cursors.ts) has no status.
        FilterExpression: 'attribute_exists(#status)',
        ExpressionAttributeNames: { '#status': 'status' },
        ...(after !== undefined && { ExclusiveStartKey: fromPlace(after) }),
      }),
    );
    return { items: Items.map(fromItem), ...(LastEvaluatedKey && { next: toPlace(LastEvaluatedKey) }) };
  }

  /**
   * All records that a version of a function has written since a moment (ISO 8601, UTC), in DynamoDB's own order. There is no index for
   * what is asked once in many releases: it reads the whole table, and pays for that. Of a million images (two million items, 1.1 KB
   * each) that is some 550,000 read units and some three minutes; a repair reads it twice, a small table up to four times.
   */
  async function scanMadeBy(
    { bucket, recipe, version, since }: { bucket: string; recipe: RecipeName; version: string; since: string },
    after: string | undefined,
  ): Promise<{ items: ImageRecord[]; next?: string }> {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new ScanCommand({
        TableName: table,
        Limit: PAGE,
        ConsistentRead: true,
        FilterExpression:
          'attribute_exists(#status) AND processedBy = :version AND recipe = :recipe AND #bucket = :bucket AND processedAt >= :since',
        ExpressionAttributeNames: { '#status': 'status', '#bucket': 'bucket' },
        ExpressionAttributeValues: {
          ':version': { S: version },
          ':recipe': { S: recipe },
          ':bucket': { S: bucket },
          ':since': { S: since },
        },
        ...(after !== undefined && { ExclusiveStartKey: fromPlace(after) }),
      }),
    );
    return { items: Items.map(fromItem), ...(LastEvaluatedKey && { next: toPlace(LastEvaluatedKey) }) };
  }

  return { recordsOf, scanRecords, scanMadeBy };
}

/** A key of the table as one text: neither part has a space. */
function toPlace({ imageId, recipe }: Record<string, AttributeValue>): string {
  return `${imageId?.S ?? ''} ${recipe?.S ?? ''}`;
}

function fromPlace(place: string): Record<string, AttributeValue> {
  const [imageId = '', recipe = ''] = place.split(' ');
  return keyOf(imageId, recipe);
}
