import { DescribeTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import type { Aws, DeployedStack } from './deployed-stack.ts';

/**
 * Protects ImagesTable against deletion, once its stack exists. Not by the template: if the very first deployment fails, CloudFormation
 * removes the table, a protected one refuses, and the stack ends in ROLLBACK_FAILED (docs/decisions/0002). Returns the name of the table that
 * was protected; undefined: it was already, or the stack has none.
 */
export async function protectTable(
  { dynamoDb }: Pick<Aws, 'dynamoDb'>,
  { resources }: Pick<DeployedStack, 'resources'>,
): Promise<string | undefined> {
  const TableName = resources.find(({ logicalId }) => logicalId === 'ImagesTable')?.physicalId;
  if (TableName === undefined) return undefined;
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
  if (Table?.DeletionProtectionEnabled === true) return undefined;
  await dynamoDb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
  return TableName;
}
