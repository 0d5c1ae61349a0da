import { randomUUID } from 'node:crypto';

import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { keyOf } from './items.ts';

/** Where a long walk goes on. */
export type Cursor = { phase: string; after?: string; revision: number };

/**
 * The place that a function has reached in work that it does piece by piece, kept in ImagesTable under a key that no image can have
 * (an image's is 64 hexadecimal digits). The item has neither a status nor the index's attributes: no list ever shows it.
 */
export function cursors(dynamo: DynamoDBClient, table: string, functionName: string) {
  const key = keyOf(functionName, 'cursor');

  async function readItem() {
    return (await dynamo.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
  }

  async function readCursor(): Promise<Cursor | undefined> {
    const Item = await readItem();
    if (Item?.['phase']?.S === undefined) return undefined;
    return {
      phase: Item['phase'].S,
      revision: Number(Item['revision']?.N ?? 0),
      ...(Item['after']?.S !== undefined && { after: Item['after'].S }),
    };
  }

  /** Writes the cursor if its revision is the next one; `lost` if somebody else has moved on meanwhile. */
  async function writeCursor({ phase, after, revision }: Cursor): Promise<'written' | 'lost'> {
    const write = randomUUID();
    try {
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            ...key,
            phase: { S: phase },
            revision: { N: String(revision) },
            write: { S: write },
            ...(after !== undefined && { after: { S: after } }),
          },
          ConditionExpression: 'attribute_not_exists(imageId) OR revision = :before',
          ExpressionAttributeValues: { ':before': { N: String(revision - 1) } },
        }),
      );
      return 'written';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK may have tried twice because the answer to the first was lost on its way: then the walker in the way is this one.
      if ((error.$metadata.attempts ?? 1) === 1) return 'lost';
      return (await readItem())?.['write']?.S === write ? 'written' : 'lost';
    }
  }

  return { readCursor, writeCursor };
}
