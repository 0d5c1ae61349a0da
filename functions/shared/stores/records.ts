import { isDeepStrictEqual } from 'node:util';

import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

import type { RecipeName } from '../images/recipe.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import { toAttribute } from './attribute-values.ts';
import { attemptSet, fromItem, keyOf, replacement } from './items.ts';
import type { Unlisted } from './upload-time-index.ts';

/**
 * ImagesTable: one item per image and recipe. A record is written attribute by attribute and not as a whole item, because the
 * open attempts in it belong to whoever noted them. Images of the buckets `unlisted` are kept like any other, but in no list.
 */
export function records(dynamo: DynamoDBClient, table: string, unlisted: Unlisted = []) {
  async function readRecord(imageId: string, recipe: RecipeName): Promise<ImageRecord | undefined> {
    const key = keyOf(imageId, recipe);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
    return Item && fromItem(Item);
  }

  async function writeRecord(
    record: ImageRecord,
    expectedRevision: number,
    withdrawn: readonly OpenAttempt[],
  ): Promise<'written' | 'lost'> {
    const update = atRevision(expectedRevision, replaceBy(record, unlisted));
    if (withdrawn.length > 0) {
      update.UpdateExpression += ' DELETE openAttempts :withdrawn';
      update.ExpressionAttributeValues[':withdrawn'] = attemptSet(withdrawn);
    }
    return ifStill(update, async ({ $metadata: { attempts = 1 } }) => {
      // The SDK may have tried twice because the answer to the first was lost on its way: then the revision that is in the way
      // is our own. To call that lost would delete the very outputs that the record names.
      if (attempts === 1) return 'lost';
      const found = await readRecord(record.imageId, record.recipe);
      return found && hasSameContent(found, record, unlisted) ? 'written' : 'lost';
    });
  }

  async function addOpenAttempt(record: ImageRecord, attempt: OpenAttempt): Promise<'written' | 'lost'> {
    const update = atRevision(record.revision, replaceBy(record, unlisted));
    update.UpdateExpression += ' ADD openAttempts :attempt';
    update.ExpressionAttributeValues[':attempt'] = attemptSet([attempt]);
    return ifStill(update, async () => 'lost');
  }

  async function removeOpenAttempt(imageId: string, recipe: RecipeName, attempt: OpenAttempt): Promise<void> {
    const update = {
      Key: keyOf(imageId, recipe),
      UpdateExpression: 'DELETE openAttempts :attempt',
      ExpressionAttributeValues: { ':attempt': attemptSet([attempt]) },
      // An update creates a missing item.
      ConditionExpression: 'attribute_exists(imageId)',
    };
    await ifStill(update, async () => 'lost');
  }

  async function saveLastError(record: ImageRecord, lastError: string, attempt?: OpenAttempt): Promise<void> {
    const update = createBy({ ...record, lastError }, unlisted);
    if (attempt) {
      update.UpdateExpression += ' DELETE openAttempts :attempt';
      update.ExpressionAttributeValues[':attempt'] = attemptSet([attempt]);
    }
    await dynamo.send(new UpdateItemCommand({ TableName: table, ...update }));
  }

  async function ifStill(
    update: Omit<UpdateItemCommandInput, 'TableName'>,
    otherwise: (refusal: ConditionalCheckFailedException) => Promise<'written' | 'lost'>,
  ): Promise<'written' | 'lost'> {
    try {
      await dynamo.send(new UpdateItemCommand({ TableName: table, ...update }));
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return otherwise(error);
      throw error;
    }
  }

  return { readRecord, writeRecord, addOpenAttempt, removeOpenAttempt, saveLastError };
}

/** An update in the making: more clauses and values may follow. */
type Update = {
  Key: NonNullable<UpdateItemCommandInput['Key']>;
  UpdateExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: NonNullable<UpdateItemCommandInput['ExpressionAttributeValues']>;
};

/** Sets the attributes of the record and removes all others, so that nothing of the previous record remains. */
function replaceBy(record: ImageRecord, unlisted: Unlisted): Update {
  const { set, remove } = replacement(record, unlisted);
  return {
    Key: keyOf(record.imageId, record.recipe),
    UpdateExpression:
      `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}` +
      ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}`,
    ExpressionAttributeNames: namesOf([...set.map(([name]) => name), ...remove]),
    ExpressionAttributeValues: valuesOf(set),
  };
}

/** Sets `lastError`, and those attributes of the record that the item does not have yet: in an existing item, none. */
function createBy(record: ImageRecord, unlisted: Unlisted): Update {
  const { set } = replacement(record, unlisted);
  const assignments = set.map(([name]) =>
    name === 'lastError' ? '#lastError = :lastError' : `#${name} = if_not_exists(#${name}, :${name})`,
  );
  return {
    Key: keyOf(record.imageId, record.recipe),
    UpdateExpression: `SET ${assignments.join(', ')}`,
    ExpressionAttributeNames: namesOf(set.map(([name]) => name)),
    ExpressionAttributeValues: valuesOf(set),
  };
}

/** On condition that the item's revision is still this one; 0 is also that of an item that does not exist. */
function atRevision(expected: number, update: Update): Update & { ConditionExpression: string } {
  return {
    ...update,
    ConditionExpression:
      expected === 0 ? 'attribute_not_exists(imageId) OR #revision = :expected' : '#revision = :expected',
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':expected': toAttribute(expected) },
  };
}

function namesOf(names: string[]): Update['ExpressionAttributeNames'] {
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

function valuesOf(set: ReturnType<typeof replacement>['set']): Update['ExpressionAttributeValues'] {
  return Object.fromEntries(set.map(([name, value]) => [`:${name}`, toAttribute(value)]));
}

/** Whether two records are the same one, independent of later notes in it. The output keys identify a `ready` record. */
function hasSameContent(found: ImageRecord, record: ImageRecord, unlisted: Unlisted): boolean {
  const written = (one: ImageRecord) => valuesOf(replacement({ ...one, lastError: '' }, unlisted).set);
  return isDeepStrictEqual(written(found), written(record));
}
