import { createHash } from 'node:crypto';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../shared/records.ts';
import type { Stack } from './stack.ts';
import type { Photograph } from '../photographs/uploads.ts';

/** DynamoDB answers at most 100 items at once: two recipes each. */
export const AT_ONCE = 50;

/** One name for a photograph's item under a recipe. */
export function itemName(stack: Stack, { key }: Photograph, recipe: string): string {
  return `${imageId(stack, key)} ${recipe}`;
}

function imageId({ uploadsBucket }: Stack, key: string): string {
  return createHash('sha256').update(`${uploadsBucket}/${key}`).digest('hex');
}

/** The items of at most `AT_ONCE` photographs, by `itemName`; strongly consistent. What DynamoDB had no time for is missing, as what is not there. */
export async function readItems(stack: Stack, photographs: readonly Photograph[]): Promise<Map<string, Item>> {
  const keys = photographs.flatMap(({ key }) =>
    stack.functions.map(({ recipe }) => ({ imageId: { S: imageId(stack, key) }, recipe: { S: recipe } })),
  );
  const { Responses: responses = {} } = await stack.aws.dynamoDb.send(
    new BatchGetItemCommand({ RequestItems: { [stack.imagesTable]: { Keys: keys, ConsistentRead: true } } }),
  );
  const items = (responses[stack.imagesTable] ?? []).map(
    (item) => ({ outputs: [], ...unmarshall(item) }) as unknown as Item & { imageId: string; recipe: string },
  );
  return new Map(items.map((item) => [`${item.imageId} ${item.recipe}`, item]));
}
