import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { nameOf, tableArn, text } from './table-names.ts';
import type { Dynalite, MemberType } from '../dynalite.ts';
import type { Table } from '../table.ts';
import type { Dynamodb, TableSpec } from './types.ts';
import { defaultSettings, withThroughput, type TableSettings } from '../table-settings.ts';
import { refuseUnknownMembers } from '../unknown-members.ts';

/** These read more than a table's name: dynalite says what. */
const selfChecking = ['CreateTable', 'UpdateTable'];
const nameOnly: Record<string, MemberType> = { TableName: 'String' };
const ownTypes: Readonly<Record<string, Record<string, MemberType>>> = {
  UpdateTimeToLive: {
    ...nameOnly,
    TimeToLiveSpecification: {
      type: 'FieldStruct<TimeToLiveSpecification>',
      children: { AttributeName: 'String', Enabled: 'Boolean' },
    },
  },
};

type Where = Pick<ServiceContext, 'region' | 'accountId'>;

/** Operations on tables: dynalite's description, and what we keep beside it. */
export function tableOperations(
  where: Where,
  dynalite: Dynalite,
  dynamodb: Omit<Dynamodb, 'api'>,
): Record<string, JsonOperation> {
  const described = (table: Table): Table => {
    const { deletionProtection } = dynamodb.settings(table.TableName);
    return { ...table, DeletionProtectionEnabled: deletionProtection };
  };
  /** An operation on the table that `TableName` names, with the permission that it takes. */
  const onTable =
    (action: string, work: (name: string, input: Record<string, unknown>) => Promise<object>): JsonOperation =>
    async (input, request) => {
      if (!selfChecking.includes(action)) refuseUnknownMembers(action, input, ownTypes[action] ?? nameOnly);
      const name = text(input['TableName']);
      request.authorize(`dynamodb:${action}`, tableArn(where, name));
      return work(name, input);
    };
  const byArn =
    (action: string): JsonOperation =>
    async (input, request) => {
      refuseUnknownMembers(action, input, dynalite.types(action) ?? {});
      request.authorize(`dynamodb:${action}`, typeof input['ResourceArn'] === 'string' ? input['ResourceArn'] : '*');
      return dynalite.call(action, input);
    };

  return {
    ListTables: async (input, request) => {
      refuseUnknownMembers('ListTables', input, dynalite.types('ListTables') ?? {});
      request.authorize('dynamodb:ListTables', '*');
      return dynalite.call('ListTables', input);
    },
    ListTagsOfResource: byArn('ListTagsOfResource'),
    TagResource: byArn('TagResource'),
    UntagResource: byArn('UntagResource'),
    DescribeTable: onTable('DescribeTable', async (name) => ({ Table: described(await dynamodb.describeTable(name)) })),
    CreateTable: onTable('CreateTable', async (name, { DeletionProtectionEnabled: deletionProtection, ...input }) => {
      refuseUnknownMembers('CreateTable', input, dynalite.types('CreateTable') ?? {});
      refuseProvisionedIndexes(input['GlobalSecondaryIndexes']);
      await dynalite.call('CreateTable', structuredClone({ ...input, TableName: name }));
      const table = await dynamodb.describeTable(name);
      dynamodb.saveSettings(
        name,
        withThroughput({ ...defaultSettings, deletionProtection: deletionProtection === true }, table),
      );
      return { TableDescription: described(table) };
    }),
    UpdateTable: onTable('UpdateTable', async (name, input) => {
      const {
        DeletionProtectionEnabled: deletionProtection,
        AttributeDefinitions: definitions,
        GlobalSecondaryIndexUpdates: updates,
        ...throughput
      } = input;
      refuseUnknownMembers('UpdateTable', throughput, dynalite.types('UpdateTable') ?? {});
      const settings = dynamodb.settings(name);
      const table = await dynamodb.describeTable(name);
      if (updates !== undefined) {
        const spec = withIndexUpdates(table, updates, definitions);
        await dynamodb.updateTable(name, spec, settings);
      }
      if (Object.keys(throughput).some((member) => member !== 'TableName'))
        await dynalite.call('UpdateTable', { ...throughput, TableName: name });
      const changed = await dynamodb.describeTable(name);
      const protection = deletionProtection === undefined ? {} : { deletionProtection: deletionProtection === true };
      dynamodb.saveSettings(name, withThroughput({ ...settings, ...protection }, changed));
      return { TableDescription: described(changed) };
    }),
    DeleteTable: onTable('DeleteTable', async (name) => {
      const table = await dynamodb.describeTable(name);
      await dynamodb.deleteTable(name);
      return { TableDescription: { ...table, TableStatus: 'DELETING' } };
    }),
    DescribeTimeToLive: onTable('DescribeTimeToLive', async (name) => {
      await dynamodb.describeTable(name);
      const { timeToLive } = dynamodb.settings(name);
      return {
        TimeToLiveDescription:
          timeToLive === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
      };
    }),
    UpdateTimeToLive: onTable('UpdateTimeToLive', async (name, input) => {
      await dynamodb.describeTable(name);
      const specification = input['TimeToLiveSpecification'] as
        { AttributeName?: unknown; Enabled?: unknown } | undefined;
      const { AttributeName: attribute, Enabled: enabled } = specification ?? {};
      if (typeof attribute !== 'string' || typeof enabled !== 'boolean') {
        throw new AwsError('ValidationException', 'TimeToLiveSpecification needs AttributeName and Enabled.');
      }
      const { timeToLive: before, ...settings } = dynamodb.settings(name);
      if (enabled === (before !== undefined)) {
        throw new AwsError('ValidationException', `TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
      }
      if (!enabled && before !== attribute) {
        throw new AwsError(
          'ValidationException',
          `TimeToLive is active on a different AttributeName: current AttributeName is ${String(before)}`,
        );
      }
      dynamodb.saveSettings(name, enabled ? { ...settings, timeToLive: attribute } : settings);
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
    }),
    DescribeContinuousBackups: onTable('DescribeContinuousBackups', async (name) => {
      await dynamodb.describeTable(name);
      return continuousBackups(dynamodb.settings(name));
    }),
  };
}

/** A table's capacity is metered, an index's is not: one that has its own would never be throttled. */
function refuseProvisionedIndexes(indexes: unknown): void {
  const provisioned = Array.isArray(indexes) && indexes.some((one: object) => 'ProvisionedThroughput' in one);
  if (provisioned) throw notImplemented('the ProvisionedThroughput of global secondary indexes (dynamodb:CreateTable)');
}

function continuousBackups({ pointInTimeRecovery }: TableSettings): object {
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: pointInTimeRecovery ? 'ENABLED' : 'DISABLED' },
    },
  };
}

/** The table as it is to be after `GlobalSecondaryIndexUpdates`. */
function withIndexUpdates(table: Table, updates: unknown, definitions: unknown): TableSpec {
  const { GlobalSecondaryIndexes: indexes = [], ...others } = table as unknown as TableSpec;
  let wanted = indexes;
  for (const update of updates as Record<string, { IndexName: string }>[]) {
    const { Create: create, Delete: remove, ...rest } = update;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      throw notImplemented(`${unknown} in GlobalSecondaryIndexUpdates of dynamodb:UpdateTable`);
    if (create) wanted = [...wanted, create as (typeof wanted)[number]];
    if (remove) wanted = wanted.filter(({ IndexName: name }) => name !== nameOf(remove.IndexName));
  }
  // Only those of the new index need be given.
  const given = (definitions ?? []) as TableSpec['AttributeDefinitions'];
  const isGiven = ({ AttributeName: name }: { AttributeName: string }): boolean =>
    given.some((one) => one.AttributeName === name);
  const { BillingMode: billingMode = 'PROVISIONED' } = (table['BillingModeSummary'] ?? {}) as Partial<TableSpec>;
  return {
    ...others,
    BillingMode: billingMode,
    AttributeDefinitions: [...others.AttributeDefinitions.filter((one) => !isGiven(one)), ...given],
    GlobalSecondaryIndexes: wanted,
  };
}
