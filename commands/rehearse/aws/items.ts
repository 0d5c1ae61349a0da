import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { imageIdOf, itemKey, type Item } from '../../shared/image-items.ts';
import type { Stack } from './stack.ts';

/** DynamoDB returns at most 100 items per call: two recipes of each photograph. */
export const AT_ONCE = 50;

type Uploaded = { key: string };

/** A unique name for the item of a photograph and a recipe. */
export function itemName({ uploadsBucket: bucket }: Stack, { key }: Uploaded, recipe: string): string {
  return `${imageIdOf({ bucket, key })} ${recipe}`;
}

/**
 * Reads the items of at most `AT_ONCE` photographs, by `itemName`; strongly consistent. Items that DynamoDB did not process are missing,
 * like items that do not exist.
 */
export async function readItems(stack: Stack, photographs: readonly Uploaded[]): Promise<Map<string, Item>> {
  const { imagesTable, uploadsBucket: bucket } = stack;
  const keys = photographs.flatMap(({ key }) => stack.functions.map(({ recipe }) => itemKey({ bucket, key }, recipe)));
  const { Responses: responses = {} } = await stack.aws.dynamoDb.send(
    new BatchGetItemCommand({ RequestItems: { [imagesTable]: { Keys: keys, ConsistentRead: true } } }),
  );
  const items = (responses[imagesTable] ?? []).map(
    (item) => ({ outputs: [], ...unmarshall(item) }) as unknown as Item & { imageId: string; recipe: string },
  );
  return new Map(items.map((item) => [`${item.imageId} ${item.recipe}`, item]));
}
