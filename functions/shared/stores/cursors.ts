import { randomUUID } from 'node:crypto';

import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { fromAttribute, toAttribute, type Plain } from './attribute-values.ts';
import { keyOf } from './items.ts';

/** Where a long walk goes on. */
export type Cursor = {
  phase: string;
  after?: string;
  revision: number;
  /** What else its walker keeps. */ state?: State;
};

export type State = { readonly [name: string]: Plain | undefined };

/**
 * The place that has been reached in work that is done piece by piece, kept in ImagesTable under a name that no image can have
 * (an image's is 64 hexadecimal digits). The item has neither a status nor the index's attributes: no list ever shows it.
 * `days` after it was last written DynamoDB may forget it; without, it stays.
 */
export function cursors(dynamo: DynamoDBClient, table: string, name: string, days?: number) {
  const key = keyOf(name, 'cursor');

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
      ...(Item['state'] !== undefined && { state: fromAttribute(Item['state']) as State }),
    };
  }

  /** Writes the cursor if its revision is the next one; `lost` if another writer moved it first. */
  async function writeCursor({ phase, after, revision, state }: Cursor): Promise<'written' | 'lost'> {
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
            ...(state !== undefined && { state: toAttribute(state) }),
            ...(days !== undefined && { expiresAt: { N: String(Math.floor(Date.now() / 1_000) + days * 86_400) } }),
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
