import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { Api } from '../../wire/messages.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { dynamodbApi } from './api.ts';
import { openDynalite, type Table } from './dynalite.ts';
import { changeIndexes, type IndexSpec } from './indexes.ts';
import { changeTags } from './tags.ts';
import { defaultSettings, withThroughput, type TableSettings } from './table-settings.ts';
import { changeThroughput } from './billing.ts';
import { sweepExpiredItems } from './time-to-live.ts';

export type TableSpec = {
  TableName: string;
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  KeySchema: { AttributeName: string; KeyType: string }[];
  BillingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  ProvisionedThroughput?: { ReadCapacityUnits: number; WriteCapacityUnits: number };
  GlobalSecondaryIndexes?: IndexSpec[];
  LocalSecondaryIndexes?: IndexSpec[];
};

export type Tags = Readonly<Record<string, string>>;

export type Dynamodb = {
  api: Api;
  createTable: (spec: TableSpec, settings: TableSettings, tags?: Tags) => Promise<Table>;
  describeTable: (name: string) => Promise<Table>;
  /** Changes settings, throughput and tags (where they are given), and adds or removes global secondary indexes. */
  updateTable: (name: string, spec: TableSpec, settings: TableSettings, tags?: Tags) => Promise<Table>;
  /** Throws `ValidationException` while the table is protected against deletion. */
  deleteTable: (name: string) => Promise<void>;
  settings: (name: string) => TableSettings;
  saveSettings: (name: string, settings: TableSettings) => void;
  /** Deletes the items that have expired; happens by itself every minute. Resolves with their number. */
  sweep: () => Promise<number>;
  /** Closes the tables' files. */
  close: () => Promise<void>;
};

/** How often expired items are looked for, in the cloud's time. AWS promises "within a few days". */
const sweepEveryMs = 60_000;

export function createDynamodb(context: ServiceContext): Dynamodb {
  const folder = context.stateFolder === undefined ? undefined : join(context.stateFolder, 'dynamodb');
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const dynalite = openDynalite({
    region: context.region,
    accountId: context.accountId,
    ...(folder !== undefined && { folder: join(folder, 'tables') }),
  });
  const settingsOf = openStore<TableSettings>(folder && join(folder, 'settings.jsonl'));

  const describeTable = async (name: string): Promise<Table> => {
    const { Table: table } = (await dynalite.call('DescribeTable', { TableName: name })) as { Table: Table };
    return table;
  };

  const dynamodb: Omit<Dynamodb, 'api'> = {
    describeTable,
    settings: (name) => settingsOf.get(name) ?? defaultSettings,
    saveSettings: (name, settings) => settingsOf.set(name, settings),
    createTable: async (spec, settings, tags = {}) => {
      await dynalite.call('CreateTable', structuredClone(spec));
      const table = await describeTable(spec.TableName);
      settingsOf.set(spec.TableName, withThroughput(settings, table));
      await changeTags(dynalite, table, tags);
      return table;
    },
    updateTable: async (name, spec, settings, tags) => {
      await changeIndexes(dynalite, await describeTable(name), spec);
      await changeThroughput(dynalite, await describeTable(name), spec);
      const table = await describeTable(name);
      settingsOf.set(name, withThroughput(settings, table));
      if (tags !== undefined) await changeTags(dynalite, table, tags);
      return table;
    },
    deleteTable: async (name) => {
      if (settingsOf.get(name)?.deletionProtection === true) {
        throw new AwsError(
          'ValidationException',
          `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first. (table ${name})`,
        );
      }
      await dynalite.call('DeleteTable', { TableName: name });
      settingsOf.delete(name);
    },
    sweep: () => sweepExpiredItems(dynalite, [...settingsOf.entries()], context.clock.now()),
    close: dynalite.close,
  };

  async function keepSweeping(): Promise<void> {
    for (;;) {
      await context.clock.wait(sweepEveryMs, context.stopping);
      if (context.stopping.aborted) return;
      await dynamodb.sweep().catch((error: unknown) => {
        context.observe({ type: 'note', text: `Expired items could not be deleted: ${String(error)}` });
      });
    }
  }
  void keepSweeping();

  return { ...dynamodb, api: dynamodbApi(context, dynalite, dynamodb) };
}
