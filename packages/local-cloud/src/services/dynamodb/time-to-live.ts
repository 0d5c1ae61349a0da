import { AwsError } from '../../core/aws-error.ts';
import type { Dynalite } from './dynalite.ts';
import type { Item, Table } from './table.ts';
import type { TableSettings } from './table-settings.ts';

/** DynamoDB leaves alone what expired more than five years ago: that is a mistake in the data. */
const tooOldSeconds = 5 * 365 * 24 * 3600;

/**
 * Deletes the items whose time has come, of every table that has a time to live. An item that is changed meanwhile stays. Resolves with
 * the number deleted.
 */
export async function sweepExpiredItems(
  dynalite: Dynalite,
  tables: readonly (readonly [string, TableSettings])[],
  now: Date,
): Promise<number> {
  const seconds = Math.floor(now.getTime() / 1000);
  let deleted = 0;
  for (const [name, { timeToLive: attribute }] of tables) {
    if (attribute === undefined) continue;
    const { Table: table } = (await dynalite.call('DescribeTable', { TableName: name })) as { Table: Table };
    const expired = {
      ExpressionAttributeNames: { '#expires': attribute },
      ExpressionAttributeValues: { ':now': { N: String(seconds) }, ':tooOld': { N: String(seconds - tooOldSeconds) } },
    };
    let start: unknown;
    do {
      const page = await dynalite.call('Scan', {
        TableName: name,
        FilterExpression: '#expires < :now AND #expires > :tooOld',
        ...structuredClone(expired),
        ...(start !== undefined && { ExclusiveStartKey: start }),
      });
      for (const item of page['Items'] as Item[]) {
        const key = Object.fromEntries(table.KeySchema.map(({ AttributeName: part }) => [part, item[part]]));
        try {
          await dynalite.call('DeleteItem', {
            TableName: name,
            Key: key,
            ConditionExpression: '#expires < :now AND #expires > :tooOld',
            ...structuredClone(expired),
          });
          deleted += 1;
        } catch (error) {
          if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
        }
      }
      start = page['LastEvaluatedKey'];
    } while (start !== undefined);
  }
  return deleted;
}
