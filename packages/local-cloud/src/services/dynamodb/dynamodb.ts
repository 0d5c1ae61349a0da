import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { dynamodbApi } from './api/api.ts';
import { openDynalite } from './dynalite.ts';
import type { Table } from './table.ts';
import { changeIndexes } from './indexes.ts';
import { changeTags } from './tags.ts';
import { defaultSettings, withThroughput, type TableSettings } from './table-settings.ts';
import { changeThroughput } from './billing.ts';
import { sweepExpiredItems } from './time-to-live.ts';
import type { Dynamodb } from './api/types.ts';

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
