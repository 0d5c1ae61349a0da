import { setTimeout as wait } from 'node:timers/promises';

import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { TransientError } from '../images/errors.ts';
import type { ImageRecord } from '../images/record.ts';
import { recipeNames, type RecipeName } from '../images/recipe.ts';
import { fromItem, keyOf } from './items.ts';

/** DynamoDB takes so many keys in one BatchGetItem. */
const KEYS_PER_REQUEST = 100;
/** What a busy table did not answer is asked for again so many times. */
const TRIES = 5;

/** The attributes that are read of a record: all except those about attempts. */
const read = [
  ...['imageId', 'recipe', 'recipeVersion', 'revision', 'status', 'owner', 'bucket', 'key', 'eTag', 'size', 'format'],
  ...['width', 'height', 'uploadedAt', 'processedAt', 'reason', 'processedBy', 'outputs'],
  ...['placeholder', 'dominantColour', 'exif'],
];
const names = Object.fromEntries(read.map((name, n) => [`#${n}`, name]));

/** Reads the records of many images in one request, for every recipe. */
export function batches(dynamo: DynamoDBClient, table: string) {
  /** By image id; an image without records is missing. Strongly consistent, so that a deleted image is gone immediately. */
  async function readRecords(
    imageIds: readonly string[],
  ): Promise<Map<string, Partial<Record<RecipeName, ImageRecord>>>> {
    const keys = imageIds.flatMap((id) => recipeNames.map((recipe) => keyOf(id, recipe)));
    const requests: (typeof keys)[] = [];
    for (let start = 0; start < keys.length; start += KEYS_PER_REQUEST) {
      requests.push(keys.slice(start, start + KEYS_PER_REQUEST));
    }
    const found = new Map<string, Partial<Record<RecipeName, ImageRecord>>>();
    for (const item of (await Promise.all(requests.map(all))).flat()) {
      const record = fromItem(item);
      found.set(record.imageId, { ...found.get(record.imageId), [record.recipe]: record });
    }
    return found;
  }

  /** All items of these keys. Throws TransientError where DynamoDB left some unanswered again and again. */
  async function all(keys: Record<string, AttributeValue>[]): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    let left = keys;
    for (let tries = 1; left.length > 0; tries++) {
      if (tries > TRIES) throw new TransientError(`DynamoDB left ${left.length} keys of ${table} unanswered`);
      if (tries > 1) await wait(Math.random() * 25 * 2 ** tries);
      const { Responses, UnprocessedKeys } = await dynamo.send(
        new BatchGetItemCommand({
          RequestItems: {
            [table]: {
              Keys: left,
              ConsistentRead: true,
              ProjectionExpression: Object.keys(names).join(', '),
              ExpressionAttributeNames: names,
            },
          },
        }),
      );
      items.push(...(Responses?.[table] ?? []));
      left = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return items;
  }

  return { readRecords };
}
