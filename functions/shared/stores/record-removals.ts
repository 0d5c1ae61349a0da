import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

import type { RecipeName } from '../images/recipe.ts';
import { keyOf } from './items.ts';

/** Deletes records from ImagesTable without a trace: for images without an owner. All others get a tombstone (records.ts). */
export function recordRemovals(dynamo: DynamoDBClient, table: string) {
  async function removeRecord(imageId: string, recipe: RecipeName): Promise<void> {
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyOf(imageId, recipe) }));
  }

  return { removeRecord };
}
