import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../../core/aws-error.ts';
import type { Dynalite } from './dynalite.ts';
import type { Item, Table } from './table.ts';

export type IndexSpec = {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  Projection: { ProjectionType?: string; NonKeyAttributes?: string[] };
};

type Wanted = {
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: IndexSpec[];
};

/**
 * Adds and removes global secondary indexes, filling the new ones from the table: dynalite knows indexes only from a table's creation.
 * Throws `ValidationException` for an index that is to be another one under the same name, as DynamoDB does.
 */
export async function changeIndexes(dynalite: Dynalite, table: Table, wanted: Wanted): Promise<void> {
  const before = new Map((table.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  const after = new Map((wanted.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index]));
  for (const [name, index] of after) {
    const old = before.get(name);
    if (old === undefined) continue;
    if (!isDeepStrictEqual([old['KeySchema'], old['Projection']], [index.KeySchema, index.Projection])) {
      throw new AwsError(
        'ValidationException',
        `Cannot update GSI's properties other than Provisioned Throughput and Contributor Insights Specification. You can create a new GSI with a different name. (index ${name} of ${table.TableName})`,
      );
    }
  }
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const added = [...after.values()].filter(({ IndexName: name }) => !before.has(name));
  if (removed.length === 0 && added.length === 0) return;

  const arn = String(table['TableArn']);
  await dynalite.changeTable(table.TableName, ({ GlobalSecondaryIndexes: indexes = [], ...others }) => {
    const kept = [
      ...indexes.filter(({ IndexName: name }) => after.has(name)),
      ...added.map((index) => ({
        ...index,
        IndexArn: `${arn}/index/${index.IndexName}`,
        IndexSizeBytes: 0,
        ItemCount: 0,
        IndexStatus: 'ACTIVE',
        ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
      })),
    ];
    return {
      ...others,
      AttributeDefinitions: wanted.AttributeDefinitions,
      ...(kept.length > 0 && { GlobalSecondaryIndexes: kept }),
    };
  });
  for (const name of removed) await dynalite.clearIndex(table.TableName, name);
  if (added.length > 0) await touchEveryItem(dynalite, table);
}

/** An update that changes nothing puts an item into the indexes that it belongs to. */
async function touchEveryItem(dynalite: Dynalite, { TableName: name, KeySchema: schema }: Table): Promise<void> {
  const keys = schema.map(({ AttributeName: attribute }) => attribute);
  let start: unknown;
  do {
    const page = await dynalite.call('Scan', {
      TableName: name,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    });
    for (const item of page['Items'] as Item[]) {
      try {
        await dynalite.call('UpdateItem', {
          TableName: name,
          Key: Object.fromEntries(keys.map((attribute) => [attribute, item[attribute]])),
          ConditionExpression: 'attribute_exists(#key)',
          ExpressionAttributeNames: { '#key': keys[0] },
        });
      } catch (error) {
        // Deleted since it was read.
        if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
      }
    }
    start = page['LastEvaluatedKey'];
  } while (start !== undefined);
}
