import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type KeysAndAttributes,
  type QueryCommandOutput,
  type ScanCommandOutput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startDynamodb, type Running } from './start-dynamodb.ts';

let cloud: Running;

beforeAll(async () => {
  cloud = await startDynamodb();
});
afterAll(() => cloud.stop());

let table: string;
let tables = 0;
beforeEach(async () => {
  table = `images-${String((tables += 1))}`;
  await cloud.client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['imageId', 'recipe', 'listing', 'listedAt'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'imageId', KeyType: 'HASH' },
        { AttributeName: 'recipe', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byUploadTime',
          KeySchema: [
            { AttributeName: 'listing', KeyType: 'HASH' },
            { AttributeName: 'listedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
        },
      ],
    }),
  );
});

const key = (imageId: string): Record<string, AttributeValue> => ({
  imageId: { S: imageId },
  recipe: { S: 'thumbnails' },
});
const put = (imageId: string, more: Record<string, AttributeValue> = {}): Promise<unknown> =>
  cloud.client.send(new PutItemCommand({ TableName: table, Item: { ...key(imageId), ...more } }));
const get = async (imageId: string): Promise<Record<string, AttributeValue> | undefined> =>
  (await cloud.client.send(new GetItemCommand({ TableName: table, Key: key(imageId), ConsistentRead: true }))).Item;
const update = (imageId: string, input: Partial<UpdateItemCommandInput>): Promise<unknown> =>
  cloud.client.send(new UpdateItemCommand({ TableName: table, Key: key(imageId), ...input }));

describe('items', () => {
  test('what was put is read back, every kind of value', async () => {
    const values: Record<string, AttributeValue> = {
      text: { S: 'è 日本 🐈 \n"' },
      empty: { S: '' },
      number: { N: '-12345678901234567890.123456789' },
      small: { N: '1E-130' },
      bytes: { B: new Uint8Array([0, 255, 10]) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      list: { L: [{ N: '1' }, { M: { a: { S: 'b' } } }, { L: [] }] },
      words: { SS: ['a', 'b'] },
      numbers: { NS: ['1', '2'] },
    };
    await put('a', values);
    const item = await get('a');
    expect(item).toEqual({ ...key('a'), ...values, small: { N: item?.['small']?.N } });
    expect(Number(item?.['small']?.N)).toBe(1e-130);
  });

  test('a conditional update with the wrong revision fails and changes nothing', async () => {
    await put('a', { revision: { N: '3' } });
    const to = (revision: string, expected: string): Promise<unknown> =>
      update('a', {
        UpdateExpression: 'SET revision = :next',
        ConditionExpression: 'revision = :expected',
        ExpressionAttributeValues: { ':next': { N: revision }, ':expected': { N: expected } },
      });
    await expect(to('5', '4')).rejects.toThrow(ConditionalCheckFailedException);
    expect((await get('a'))?.['revision']).toEqual({ N: '3' });
    await to('4', '3');
    expect((await get('a'))?.['revision']).toEqual({ N: '4' });
  });

  test('of ten updates with the same condition at once, one wins', async () => {
    await put('a', { revision: { N: '0' } });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        update('a', {
          UpdateExpression: 'SET revision = revision + :one, winner = :winner',
          ConditionExpression: 'revision = :zero',
          ExpressionAttributeValues: { ':one': { N: '1' }, ':zero': { N: '0' }, ':winner': { N: String(index) } },
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await get('a'))?.['revision']).toEqual({ N: '1' });
  });

  test('an update adds to lists and maps, removes, and creates what is not there', async () => {
    await update('a', {
      UpdateExpression: 'SET attempts = list_append(if_not_exists(attempts, :none), :one), #status = :pending',
      ConditionExpression: 'attribute_not_exists(imageId)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':none': { L: [] }, ':one': { L: [{ S: 'first' }] }, ':pending': { S: 'pending' } },
    });
    await update('a', {
      UpdateExpression: 'SET attempts = list_append(attempts, :two), details = :map REMOVE #status',
      ConditionExpression: 'size(attempts) < :limit',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':two': { L: [{ S: 'second' }] },
        ':limit': { N: '2' },
        ':map': { M: { x: { N: '1' } } },
      },
    });
    await update('a', {
      UpdateExpression: 'SET details.#y = :two REMOVE attempts[0], details.x',
      ExpressionAttributeNames: { '#y': 'y' },
      ExpressionAttributeValues: { ':two': { N: '2' } },
    });
    expect(await get('a')).toEqual({
      ...key('a'),
      attempts: { L: [{ S: 'second' }] },
      details: { M: { y: { N: '2' } } },
    });
  });

  test('an update returns what was asked for', async () => {
    await put('a', { n: { N: '1' } });
    const { Attributes: after } = await cloud.client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key('a'),
        UpdateExpression: 'ADD n :one, tags :tags',
        ExpressionAttributeValues: { ':one': { N: '1' }, ':tags': { SS: ['x'] } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(after).toEqual({ ...key('a'), n: { N: '2' }, tags: { SS: ['x'] } });
    const { Attributes: before } = await cloud.client.send(
      new DeleteItemCommand({ TableName: table, Key: key('a'), ReturnValues: 'ALL_OLD' }),
    );
    expect(before?.['n']).toEqual({ N: '2' });
    expect(await get('a')).toBeUndefined();
  });

  test('a partition key of 1,024 bytes is fine, an empty one is refused', async () => {
    const long = 'é'.repeat(512);
    await put(long, { status: { S: 'ready' } });
    expect((await get(long))?.['status']).toEqual({ S: 'ready' });
    await expect(put('')).rejects.toThrow(/empty string value/);
  });

  test('batches write and read many items', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `image-${String(index)}`);
    await cloud.client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: ids.map((id) => ({ PutRequest: { Item: key(id) } })) } }),
    );
    const { Responses: responses } = await cloud.client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: ids.map(key) } } }),
    );
    expect(responses?.[table]).toHaveLength(20);
  });
});

describe('a batch of keys', () => {
  const many = async (count: number, kilobytes: number): Promise<string[]> => {
    const ids = Array.from({ length: count }, (_, index) => `large-${String(index)}`);
    await Promise.all(ids.map((id) => put(id, { bytes: { S: 'x'.repeat(kilobytes * 1024) }, status: { S: 'ready' } })));
    return ids;
  };
  type Asked = Omit<KeysAndAttributes, 'Keys'>;
  const batch = (ids: readonly string[], asked: Asked = {}) =>
    cloud.client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: ids.map(key), ...asked } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
  const idsOf = (items: readonly Record<string, AttributeValue>[] = []): string[] =>
    items.map(({ imageId }) => imageId?.S ?? '').sort();

  test('is answered up to 16 MB at once, and beyond in parts that are asked for again as they were', async () => {
    const ids = await many(45, 390);
    const whole = await batch(ids.slice(0, 20));
    expect(idsOf(whole.Responses?.[table])).toEqual(ids.slice(0, 20).toSorted());
    expect(whole.UnprocessedKeys).toEqual({});
    // Half a unit for each 4 KB, eventually consistent.
    expect(whole.ConsumedCapacity?.[0]?.CapacityUnits).toBe(20 * 49);

    const asked: Asked = {
      ProjectionExpression: 'imageId, #bytes',
      ExpressionAttributeNames: { '#bytes': 'bytes' },
      ConsistentRead: true,
    };
    const first = await batch(ids, asked);
    const got = first.Responses?.[table] ?? [];
    expect(got.length).toBe(Math.floor((16 * 1024) / 390));
    const { Keys: keys = [], ...same } = first.UnprocessedKeys?.[table] ?? {};
    expect(same).toEqual(asked);
    expect(got[0]).not.toHaveProperty('status');
    const second = await cloud.client.send(new BatchGetItemCommand({ RequestItems: first.UnprocessedKeys }));
    expect(second.UnprocessedKeys).toEqual({});
    expect(second.Responses?.[table]).toHaveLength(keys.length);
    expect(idsOf([...got, ...(second.Responses?.[table] ?? [])])).toEqual(ids.toSorted());
  });
});

describe('an empty string as the key of an index', () => {
  const empty = { listing: { S: '' }, listedAt: { S: '2026' } };
  const refused = (what: string) => ({
    name: 'ValidationException',
    message: `One or more parameter values are not valid. ${what} The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byUploadTime, IndexKey: listing`,
  });
  const ofItem = refused('A value specified for a secondary index key is not supported.');
  const ofUpdate = refused(
    'The update expression attempted to update a secondary index key to a value that is not supported.',
  );

  test('is refused by PutItem, and by BatchWriteItem as a whole', async () => {
    await expect(put('a', empty)).rejects.toMatchObject(ofItem);
    await expect(put('a', { listing: { S: 'x' }, listedAt: { S: '' } })).rejects.toMatchObject({
      message: expect.stringContaining('IndexKey: listedAt'),
    });
    const items = [key('b'), { ...key('c'), ...empty }];
    const batch = new BatchWriteItemCommand({
      RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) },
    });
    await expect(cloud.client.send(batch)).rejects.toMatchObject(ofItem);
    for (const id of ['a', 'b', 'c']) expect(await get(id)).toBeUndefined();
  });

  test.each<[string, Partial<UpdateItemCommandInput>]>([
    ['a value', { UpdateExpression: 'SET listing = :empty' }],
    ['a computed value', { UpdateExpression: 'SET listing = if_not_exists(absent, :empty)' }],
    ['another attribute', { UpdateExpression: 'SET listing = note, spare = :empty' }],
  ])('is refused by UpdateItem, as %s', async (_how, input) => {
    await put('a', { note: { S: '' }, listing: { S: 'x' } });
    const ExpressionAttributeValues = { ':empty': { S: '' } };
    await expect(update('a', { ...input, ExpressionAttributeValues })).rejects.toMatchObject(ofUpdate);
    expect((await get('a'))?.['listing']).toEqual({ S: 'x' });
  });

  test('is refused by AttributeUpdates, and asked for by no query', async () => {
    await put('a');
    const AttributeUpdates = { listing: { Action: 'PUT', Value: { S: '' } } } as const;
    await expect(update('a', { AttributeUpdates })).rejects.toMatchObject(ofUpdate);
    const query = new QueryCommand({
      TableName: table,
      IndexName: 'byUploadTime',
      KeyConditionExpression: 'listing = :empty',
      ExpressionAttributeValues: { ':empty': { S: '' } },
    });
    await expect(cloud.client.send(query)).rejects.toMatchObject({
      message: expect.stringContaining('cannot contain an empty string value. Key: listing'),
    });
  });

  test('that was there before its index keeps the item out of it, and in the table', async () => {
    await put('a', { owner: { S: '' }, status: { S: 'ready' } });
    await put('b', { owner: { S: 'me' } });
    const IndexName = 'byOwner';
    await cloud.client.send(
      new UpdateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: 'owner', AttributeType: 'S' }],
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName,
              KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );
    const { Items: items } = await cloud.client.send(new ScanCommand({ TableName: table, IndexName }));
    expect(items?.map(({ imageId }) => imageId)).toEqual([{ S: 'b' }]);
    const rename = { UpdateExpression: 'SET note = :n', ExpressionAttributeValues: { ':n': { S: 'x' } } };
    await update('a', rename);
    expect(await get('a')).toMatchObject({ owner: { S: '' }, note: { S: 'x' } });
    await update('a', { UpdateExpression: 'REMOVE #o', ExpressionAttributeNames: { '#o': 'owner' } });
    expect(await get('a')).not.toHaveProperty('owner');
  });
});

describe('queries', () => {
  test('a sparse index lists only the items that carry its keys, in order, with what is projected', async () => {
    await put('a', {
      listing: { S: 'me#0' },
      listedAt: { S: '2026-01-02' },
      status: { S: 'ready' },
      secret: { S: 'x' },
    });
    await put('b', { listing: { S: 'me#0' }, listedAt: { S: '2026-01-01' }, status: { S: 'ready' } });
    await put('c', { status: { S: 'pending' } });
    await put('d', { listing: { S: 'you#0' }, listedAt: { S: '2026-01-01' } });
    const { Items: items } = await cloud.client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byUploadTime',
        KeyConditionExpression: 'listing = :listing',
        ExpressionAttributeValues: { ':listing': { S: 'me#0' } },
        ScanIndexForward: false,
      }),
    );
    expect(items?.map(({ imageId }) => imageId?.S)).toEqual(['a', 'b']);
    expect(items?.[0]).not.toHaveProperty('secret');
    expect(items?.[0]?.['status']).toEqual({ S: 'ready' });
  });

  test('an item leaves a sparse index when it loses the key', async () => {
    await put('a', { listing: { S: 'me#0' }, listedAt: { S: '1' } });
    await update('a', { UpdateExpression: 'REMOVE listing, listedAt' });
    const { Count: count } = await cloud.client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byUploadTime',
        KeyConditionExpression: 'listing = :listing',
        ExpressionAttributeValues: { ':listing': { S: 'me#0' } },
      }),
    );
    expect(count).toBe(0);
  });

  test('pages follow one another, in queries and scans, without loss or repetition', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => String(index).padStart(3, '0'));
    for (const id of ids) await put(`page-${id}`, { listing: { S: 'me#1' }, listedAt: { S: id } });
    const queried: string[] = [];
    const scanned: string[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page: QueryCommandOutput = await cloud.client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'byUploadTime',
          KeyConditionExpression: 'listing = :listing AND listedAt >= :from',
          ExpressionAttributeValues: { ':listing': { S: 'me#1' }, ':from': { S: '005' } },
          Limit: 7,
          ExclusiveStartKey: start,
        }),
      );
      queried.push(...(page.Items ?? []).map(({ listedAt }) => listedAt?.S ?? ''));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    do {
      const page: ScanCommandOutput = await cloud.client.send(
        new ScanCommand({ TableName: table, Limit: 4, ConsistentRead: true, ExclusiveStartKey: start }),
      );
      scanned.push(...(page.Items ?? []).map(({ imageId }) => imageId?.S ?? ''));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    expect(queried).toEqual(ids.slice(5));
    expect(scanned.sort()).toEqual(ids.map((id) => `page-${id}`));
  });

  test('tables do not see each other', async () => {
    await put('a');
    const { Items: items } = await cloud.client.send(new ScanCommand({ TableName: table }));
    expect(items).toHaveLength(1);
  });
});

describe('tables', () => {
  test('a table protected against deletion is not deleted', async () => {
    await cloud.client.send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: true }));
    await expect(cloud.client.send(new DeleteTableCommand({ TableName: table }))).rejects.toThrow(
      /currently protected against deletion/,
    );
    await cloud.client.send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: false }));
    await cloud.client.send(new DeleteTableCommand({ TableName: table }));
    const { TableNames: names } = await cloud.client.send(new ListTablesCommand({}));
    expect(names).not.toContain(table);
  });

  test('an index added later holds the items that were there before', async () => {
    await put('a', { listing: { S: 'late' } });
    await cloud.client.send(
      new UpdateTableCommand({
        TableName: table,
        AttributeDefinitions: ['imageId', 'recipe', 'listing', 'listedAt'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        })),
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName: 'byListing',
              KeySchema: [{ AttributeName: 'listing', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          },
        ],
      }),
    );
    const { Table: described } = await cloud.client.send(new DescribeTableCommand({ TableName: table }));
    expect(described?.GlobalSecondaryIndexes?.map(({ IndexName: name }) => name)).toEqual([
      'byUploadTime',
      'byListing',
    ]);
    const { Items: items } = await cloud.client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byListing',
        KeyConditionExpression: 'listing = :listing',
        ExpressionAttributeValues: { ':listing': { S: 'late' } },
      }),
    );
    expect(items?.map(({ imageId }) => imageId?.S)).toEqual(['a']);
  });

  test('expired items go when the sweep comes by, others stay', async () => {
    const specification = { AttributeName: 'expiresAt', Enabled: true };
    await cloud.client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: specification }));
    const { TimeToLiveDescription: described } = await cloud.client.send(
      new DescribeTimeToLiveCommand({ TableName: table }),
    );
    expect(described).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    const now = Math.floor(Date.now() / 1000);
    await put('expired', { expiresAt: { N: String(now - 10) } });
    await put('alive', { expiresAt: { N: String(now + 1000) } });
    await put('for ever');
    await put('mistaken', { expiresAt: { N: '1' } });
    await put('text', { expiresAt: { S: '1' } });
    expect(await get('expired')).toBeDefined();
    expect(await cloud.dynamodb.sweep()).toBe(1);
    expect(await get('expired')).toBeUndefined();
    const { Count: count } = await cloud.client.send(new ScanCommand({ TableName: table }));
    expect(count).toBe(4);
  });
});

describe('what is not implemented', () => {
  test('transactions are refused by name', async () => {
    await expect(cloud.client.send(new TransactWriteItemsCommand({ TransactItems: [] }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('dynamodb:TransactWriteItems'),
    });
  });

  test('a parameter that would change the result is refused by name, wherever it stands', async () => {
    const projection = { ProjectionType: 'ALL' as const };
    await expect(
      cloud.client.send(
        new PutItemCommand({ TableName: table, Item: key('a'), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      ),
    ).rejects.toThrow('ReturnValuesOnConditionCheckFailure of dynamodb:PutItem');
    await expect(
      cloud.client.send(
        new CreateTableCommand({
          TableName: 'other',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'index',
              KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
              Projection: projection,
              OnDemandThroughput: { MaxReadRequestUnits: 1 },
            },
          ],
        }),
      ),
    ).rejects.toThrow('OnDemandThroughput');
  });
});

describe('permission', () => {
  test('is asked for the table, and for the index where one is queried', async () => {
    cloud.asked.length = 0;
    await get('a');
    await cloud.client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byUploadTime',
        KeyConditionExpression: 'listing = :listing',
        ExpressionAttributeValues: { ':listing': { S: 'me#0' } },
      }),
    );
    const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`;
    expect(cloud.asked).toEqual([`dynamodb:GetItem ${arn}`, `dynamodb:Query ${arn}/index/byUploadTime`]);
  });
});

test('tables, items and settings are there again after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dynamodb-'));
  const during = async (work: (one: Running) => Promise<void>): Promise<void> => {
    const one = await startDynamodb(folder);
    await work(one).finally(one.stop);
  };
  try {
    await during(async ({ client }) => {
      await client.send(
        new CreateTableCommand({
          TableName: 'kept',
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      );
      await client.send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: 'a' }, n: { N: '1' } } }));
    });
    await during(async ({ client }) => {
      const { Item: item } = await client.send(new GetItemCommand({ TableName: 'kept', Key: { id: { S: 'a' } } }));
      const { Table: described } = await client.send(new DescribeTableCommand({ TableName: 'kept' }));
      expect(item).toEqual({ id: { S: 'a' }, n: { N: '1' } });
      expect(described?.DeletionProtectionEnabled).toBe(true);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
