import { createRequire } from 'node:module';
import { AwsError } from '../../core/aws-error.ts';
import { realTime } from '../../core/clock.ts';
import { refuseEmptyIndexKeys, refuseEmptyKeyConditions, type Internals } from './empty-keys.ts';
import type { Item, Table } from './table.ts';

/** The shape of one request member, as dynalite describes it. */
export type MemberType = { type?: string; children?: MemberType | Record<string, MemberType> | string } | string;

type Callback<T> = (error: Error | null | undefined, result?: T) => void;

type Store = {
  tableDb: {
    awsAccountId: string;
    awsRegion: string;
    lock: (key: string, work: (release: (callback: () => void) => () => void) => void) => void;
    put: (key: string, table: Table, callback: Callback<void>) => void;
  };
  getTable: (name: string, checkStatus: boolean, callback: Callback<Table>) => void;
  deleteIndexDb: (type: 'global', table: string, index: string, callback: Callback<void>) => void;
  db: { close: () => Promise<void> | void };
};

type Validation = { types: Record<string, MemberType>; custom?: unknown };
type Action = (store: Store, input: unknown, callback: Callback<Record<string, unknown>>) => void;

/**
 * dynalite, the part that is DynamoDB: its validations, its expressions, its store. Its HTTP server stays aside; callers, permissions and
 * what dynalite lacks are ours.
 */
export type Dynalite = {
  /** Throws AwsError with DynamoDB's codes. `input` is taken over. A table that is made or deleted is so when this resolves. */
  call: (operation: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;
  types: (operation: string) => Record<string, MemberType> | undefined;
  /** Changes a table's description as it is stored, alone. */
  changeTable: (name: string, change: (table: Table) => Table) => Promise<void>;
  /** Forgets what an index holds. */
  clearIndex: (table: string, index: string) => Promise<void>;
  /** Of an item, in bytes, as limits count it. */
  sizeOf: (item: Item) => number;
  close: () => Promise<void>;
};

const operations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
];

const load = createRequire(import.meta.filename);

/** `folder`: where the tables are kept; absent: in memory. */
export function openDynalite(options: { folder?: string; region: string; accountId: string }): Dynalite {
  const database = load('dynalite/db') as Internals & { create: (options: object) => Store };
  refuseEmptyIndexKeys(database);
  const validations = load('dynalite/validations') as {
    checkTypes: (input: unknown, types: object) => Record<string, unknown>;
    checkValidations: (input: unknown, types: object, custom: unknown, store: Store) => void;
  };
  const store = database.create({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(options.folder !== undefined && { path: options.folder }),
  });
  store.tableDb.awsAccountId = options.accountId;
  store.tableDb.awsRegion = options.region;

  const known = new Map(
    operations.map((operation) => {
      const file = operation.charAt(0).toLowerCase() + operation.slice(1);
      return [
        operation,
        {
          action: load(`dynalite/actions/${file}`) as Action,
          validation: load(`dynalite/validations/${file}`) as Validation,
        },
      ] as const;
    }),
  );

  async function perform(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const found = known.get(operation);
    if (found === undefined) throw new Error(`dynalite has no ${operation}.`);
    const { action, validation } = found;
    try {
      const checked = validations.checkTypes(input, validation.types);
      validations.checkValidations(checked, validation.types, validation.custom, store);
      if (operation === 'Query') refuseEmptyKeyConditions(database, checked);
      return (await promised((callback) => action(store, checked, callback))) ?? {};
    } catch (error) {
      throw asAwsError(error);
    }
  }

  /** The status of a table; undefined where there is none. */
  async function statusOf(name: string): Promise<string | undefined> {
    try {
      return ((await perform('DescribeTable', { TableName: name })) as { Table: Table }).Table.TableStatus;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /** dynalite makes and deletes a table a timer's tick after it said so. */
  async function settled(name: string): Promise<void> {
    for (;;) {
      const status = await statusOf(name);
      if (status === undefined || status === 'ACTIVE') return;
      await realTime.work(1);
    }
  }

  async function changeTable(name: string, change: (table: Table) => Table): Promise<void> {
    await promised<undefined>((callback) => {
      store.tableDb.lock(name, (release) => {
        const done = release(() => undefined);
        const end: Callback<undefined> = (error) => {
          done();
          callback(error);
        };
        store.getTable(name, false, (error, table) => {
          if (error !== null && error !== undefined) end(error);
          else store.tableDb.put(name, change(table as Table), (failure) => end(failure));
        });
      });
    }).catch((error: unknown) => {
      throw asAwsError(error);
    });
  }

  /** Ends what a stop in the wrong moment left half done. */
  async function mend(): Promise<void> {
    const { TableNames: names } = (await perform('ListTables', {})) as { TableNames: string[] };
    for (const name of names) {
      const status = await statusOf(name);
      if (status === 'DELETING') await perform('DeleteTable', { TableName: name });
      else if (status !== undefined && status !== 'ACTIVE') {
        await changeTable(name, (table) => ({ ...table, TableStatus: 'ACTIVE' }));
      }
    }
  }

  const opened = mend();
  // Whoever calls is told of it.
  opened.catch(() => undefined);

  return {
    types: (operation) => known.get(operation)?.validation.types,
    call: async (operation, input) => {
      await opened;
      const output = await perform(operation, input);
      if (/^(Create|Update|Delete)Table$/.test(operation)) await settled(String(input['TableName']));
      return output;
    },
    changeTable,
    sizeOf: (item) => database.itemSize(item),
    clearIndex: async (table, index) => {
      await promised<undefined>((callback) => store.deleteIndexDb('global', table, index, (error) => callback(error)));
    },
    close: async () => {
      await opened.catch(() => undefined);
      await store.db.close();
    },
  };
}

function promised<T>(work: (callback: Callback<T>) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    work((error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}

/** dynalite's errors carry the body of the answer: `{ __type: 'com.amazonaws…#ConditionalCheckFailedException', message }`. */
function asAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || !('statusCode' in error) || !('body' in error)) return error;
  const body = error.body as { __type?: string; message?: string; Message?: string };
  const code = body.__type?.split('#').at(-1) ?? 'InternalServerError';
  return new AwsError(code, body.message ?? body.Message ?? '', Number(error.statusCode));
}
