import type { Api } from '../../../wire/messages.ts';
import type { IndexSpec } from '../indexes.ts';
import type { Table } from '../table.ts';
import type { TableSettings } from '../table-settings.ts';

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
