import { z } from 'zod';
import type { Dynamodb, TableSpec } from '../../services/dynamodb/api/types.ts';
import type { Table } from '../../services/dynamodb/table.ts';
import type { TableSettings } from '../../services/dynamodb/table-settings.ts';
import { physicalName } from '../physical-name.ts';
import { flag, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { tags, toTags } from './tags.ts';

const keySchema = z.array(z.strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }));
const index = z.strictObject({
  IndexName: text,
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).optional(),
    NonKeyAttributes: z.array(text).optional(),
  }),
});
const throughput = z.strictObject({ ReadCapacityUnits: integer, WriteCapacityUnits: integer });

const schema = z.strictObject({
  TableName: text.optional(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).default('PROVISIONED'),
  ProvisionedThroughput: throughput.optional(),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: text.optional(), Enabled: flag }).optional(),
  DeletionProtectionEnabled: flag.optional(),
  PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: flag }).optional(),
  // With the key that AWS owns, or its own in the account: the same to whoever reads and writes.
  SSESpecification: z.strictObject({ SSEEnabled: flag, SSEType: z.literal('KMS').optional() }).optional(),
  Tags: tags.optional(),
});
type Properties = z.output<typeof schema>;

export function dynamodbTable(dynamodb: Dynamodb): Provider<Properties> {
  return {
    type: 'AWS::DynamoDB::Table',
    schema,
    // Attribute definitions change with the indexes; those of the table's own key with the key.
    replacedBy: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],
    namedBy: 'TableName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.TableName ?? physicalName(stack, logicalId);
      return made(await dynamodb.createTable(spec(name, properties), settings(properties), toTags(properties.Tags)));
    },
    update: async ({ ref, properties }) =>
      made(await dynamodb.updateTable(ref, spec(ref, properties), settings(properties), toTags(properties.Tags))),
    delete: async ({ ref }) => dynamodb.deleteTable(ref),
  };
}

function spec(name: string, properties: Properties): TableSpec {
  const { AttributeDefinitions, KeySchema, BillingMode, ProvisionedThroughput } = properties;
  const { GlobalSecondaryIndexes: globalIndexes, LocalSecondaryIndexes: localIndexes } = properties;
  return {
    TableName: name,
    AttributeDefinitions,
    KeySchema,
    BillingMode,
    ...(ProvisionedThroughput && { ProvisionedThroughput }),
    ...(globalIndexes && { GlobalSecondaryIndexes: globalIndexes as NonNullable<TableSpec['GlobalSecondaryIndexes']> }),
    ...(localIndexes && { LocalSecondaryIndexes: localIndexes as NonNullable<TableSpec['LocalSecondaryIndexes']> }),
  };
}

function settings(properties: Properties): TableSettings {
  const { TimeToLiveSpecification: timeToLive } = properties;
  return {
    deletionProtection: properties.DeletionProtectionEnabled ?? false,
    pointInTimeRecovery: properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false,
    ...(timeToLive?.Enabled === true &&
      timeToLive.AttributeName !== undefined && { timeToLive: timeToLive.AttributeName }),
  };
}

function made(table: Table): Made {
  return { ref: table.TableName, attributes: { Arn: table['TableArn'] } };
}
