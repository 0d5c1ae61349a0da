import { setTimeout as wait } from 'node:timers/promises';

import { BatchGetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { TransientError } from '../images/errors.ts';
import type { RecipeName } from '../images/recipe.ts';
import type { ImageRecord } from '../images/record.ts';
import { fromItem, keyOf } from './items.ts';

/** Items at a time that a repair works on between two looks at the clock. */
const PAGE = 250;

/** Items in one request of a walk through the whole table: with 1.1 KB each, what DynamoDB returns at most (1 MB). */
const LARGE_PAGE = 1_000;

/** Keys in one BatchGetItem. */
export const BATCH = 100;

/** How often DynamoDB is asked for unprocessed keys (it returns them when it throttles), after 50, 100, 200, … ms. */
const ATTEMPTS = 7;

/** Reads many records of ImagesTable. */
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

  /**
   * Those of these records that exist, in any order: up to 100 in a request, and each once. Not consistent, at half the price: what is
   * read may be a second old. Throws TransientError for what DynamoDB leaves out again and again.
   */
  async function readRecords(keys: readonly { imageId: string; recipe: RecipeName }[]): Promise<ImageRecord[]> {
    const found: ImageRecord[] = [];
    for (let start = 0; start < keys.length; start += BATCH) {
      let asked = keys.slice(start, start + BATCH).map(({ imageId, recipe }) => keyOf(imageId, recipe));
      for (let attempt = 0; asked.length > 0; attempt++) {
        if (attempt === ATTEMPTS)
          throw new TransientError(`DynamoDB left out ${asked.length} records, ${ATTEMPTS} times`);
        if (attempt > 0) await wait(25 * 2 ** attempt);
        const { Responses, UnprocessedKeys } = await dynamo.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: asked } } }),
        );
        found.push(...(Responses?.[table] ?? []).map(fromItem));
        asked = UnprocessedKeys?.[table]?.Keys ?? [];
      }
    }
    return found;
  }

  /**
   * All records, in DynamoDB's own order, a page at a time; `after` is where an earlier page said that the next begins. Not consistent,
   * as `readRecords`.
   */
  async function scanRecords(after: string | undefined): Promise<{ items: ImageRecord[]; next?: string }> {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new ScanCommand({
        TableName: table,
        Limit: LARGE_PAGE,
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
  async function scanWrittenBy(
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

  return { recordsOf, readRecords, scanRecords, scanWrittenBy };
}

/** A key of the table as one text: neither part has a space. */
function toPlace({ imageId, recipe }: Record<string, AttributeValue>): string {
  return `${imageId?.S ?? ''} ${recipe?.S ?? ''}`;
}

function fromPlace(place: string): Record<string, AttributeValue> {
  const [imageId = '', recipe = ''] = place.split(' ');
  return keyOf(imageId, recipe);
}
