import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  UpdateTableCommand,
  type AttributeValue,
  type BatchWriteItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createThroughput } from '../../src/services/dynamodb/throughput.ts';
import { dynamodbTable } from '../../src/stacks/providers/dynamodb-table.ts';
import { readProperties } from '../../src/stacks/properties.ts';
import { createRandom } from '../../src/core/random.ts';
import { startDynamodb, type Running } from './start-dynamodb.ts';

let cloud: Running;
beforeAll(async () => {
  cloud = await startDynamodb();
});
afterAll(() => cloud.stop());

const provisioned = (TableName: string): Promise<unknown> =>
  cloud.client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  );
/** Of so many units to write. */
const item = (id: string, units: number): Record<string, AttributeValue> => ({
  id: { S: id },
  body: { S: 'x'.repeat(units * 1024 - 50) },
});
const exceeded = { name: 'ProvisionedThroughputExceededException' };

test('a provisioned table throttles writes once five minutes of them are spent, and goes on reading', async () => {
  await provisioned('small');
  const put = (units: number): Promise<object> =>
    cloud.client.send(new PutItemCommand({ TableName: 'small', Item: item('a', units) }));
  expect(await put(350)).not.toHaveProperty('ConsumedCapacity');
  await expect(put(1)).rejects.toMatchObject(exceeded);
  const { Item: read } = await cloud.client.send(new GetItemCommand({ TableName: 'small', Key: { id: { S: 'a' } } }));
  expect(read).toBeDefined();
  await cloud.client.send(new UpdateTableCommand({ TableName: 'small', BillingMode: 'PAY_PER_REQUEST' }));
  await put(1);
});

test('of a batch, what concerns an exhausted table comes back unprocessed', async () => {
  await provisioned('spent');
  await provisioned('fresh');
  await cloud.client.send(new PutItemCommand({ TableName: 'spent', Item: item('a', 350) }));
  const request = [{ PutRequest: { Item: item('b', 1) } }];
  const batch = (...tables: string[]): Promise<BatchWriteItemCommandOutput> =>
    cloud.client.send(
      new BatchWriteItemCommand({ RequestItems: Object.fromEntries(tables.map((table) => [table, request])) }),
    );
  expect((await batch('spent', 'fresh')).UnprocessedItems).toEqual({ spent: request });
  await expect(batch('spent')).rejects.toMatchObject(exceeded);
});

test('capacity comes back second by second, up to five minutes of it', () => {
  let seconds = 0;
  const throughput = createThroughput({ now: () => new Date(seconds * 1000) }, () => ({ read: 2, write: 2 }));
  throughput.spend('t', 'read', 610);
  seconds = 4;
  expect(throughput.isExhausted('t', 'read')).toBe(true);
  seconds = 6;
  expect(throughput.isExhausted('t', 'read')).toBe(false);
  seconds = 10_000;
  throughput.spend('t', 'read', 600);
  expect(throughput.isExhausted('t', 'read')).toBe(true);
  expect(throughput.isExhausted('t', 'write')).toBe(false);
});

test('a stack changes the throughput, the way of paying and the tags of a table', async () => {
  const provider = dynamodbTable(cloud.dynamodb);
  const stack = { stackName: 's', stackId: 'i', region: 'r', accountId: 'a', random: createRandom(1) };
  const properties = (more: object) =>
    readProperties(provider, {
      logicalId: 'Table',
      type: provider.type,
      properties: {
        TableName: 'changing',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ...more,
      },
    });
  const [first, second, third] = [
    properties({
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '1' },
      ],
    }),
    properties({
      ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 },
      Tags: [{ Key: 'b', Value: '2' }],
    }),
    properties({ BillingMode: 'PAY_PER_REQUEST' }),
  ] as const;
  const described = async () =>
    (await cloud.client.send(new DescribeTableCommand({ TableName: 'changing' }))).Table ?? {};
  const tags = async (ResourceArn: string | undefined) =>
    (await cloud.client.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags;

  await provider.create({ logicalId: 'Table', properties: first, stack });
  await provider.update({ logicalId: 'Table', ref: 'changing', before: first, properties: second, stack });
  const { ProvisionedThroughput: throughput, TableArn: arn } = await described();
  expect(throughput).toMatchObject({ ReadCapacityUnits: 3, WriteCapacityUnits: 4 });
  expect(await tags(arn)).toEqual([{ Key: 'b', Value: '2' }]);
  await provider.update({ logicalId: 'Table', ref: 'changing', before: second, properties: third, stack });
  expect((await described()).BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
  expect(await tags(arn)).toEqual([]);
});
