import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { imageId } from '../../../functions/shared/images/image.ts';
import type { ImageRecord, OpenAttempt } from '../../../functions/shared/images/record.ts';
import { listingPartitions } from '../../../functions/shared/stores/upload-time-index.ts';
import { records } from '../../../functions/shared/stores/records.ts';
import { answering, type Answer } from './answering.ts';
import { smallTable } from './small-table.ts';

let table: Awaited<ReturnType<typeof smallTable>>;
let dynamo: DynamoDBClient;
let store: ReturnType<typeof records>;

beforeAll(async () => {
  table = await smallTable();
  dynamo = table.dynamo;
  store = records(dynamo, 'images');
});

afterAll(() => table.end());

let images = 0;

/** A record of an image that no other test knows. */
function pending(changes: Partial<ImageRecord> = {}): ImageRecord {
  const image = { bucket: 'uploads', key: `users/mona/${++images}.jpg` };
  return {
    imageId: imageId(image),
    recipe: 'thumbnails',
    recipeVersion: 0,
    revision: 0,
    status: 'pending',
    owner: 'mona',
    ...image,
    eTag: '"abc"',
    versionId: 'v1',
    size: 1234,
    uploadedAt: '2026-05-01T12:30:00.000Z',
    processedAt: '2026-05-01T12:30:01.000Z',
    processedBy: '7',
    outputs: [],
    ...changes,
  };
}

function ready(changes: Partial<ImageRecord> = {}): ImageRecord {
  return pending({
    status: 'ready',
    revision: 1,
    recipeVersion: 1,
    format: 'jpeg',
    width: 4000,
    height: 3000,
    outputs: [{ key: 'thumbnails/id/attempt/128.webp', width: 128, height: 96, format: 'webp', bytes: 4096 }],
    ...changes,
  });
}

const attempt = (id: string): OpenAttempt => ({ id, startedAt: '2026-05-01T12:30:01.000Z', by: '7', of: 'v1 "abc"' });
const read = ({ imageId, recipe }: ImageRecord) => store.readRecord(imageId, recipe);
const openIds = async (record: ImageRecord) => (await read(record))?.openAttempts?.map(({ id }) => id).sort();

describe('writeRecord', () => {
  test('keeps every attribute, for both recipes apart', async () => {
    const thumbnails = ready();
    const renditions: ImageRecord = {
      ...thumbnails,
      recipe: 'renditions',
      placeholder: 'YJqGPQw7sFlslqhFafSE+Q6oJ1h2iHB2Rw==',
      dominantColour: '#aabbcc',
      exif: {
        camera: 'X100',
        exposureTime: '1/250',
        fNumber: 1.8,
        iso: 200,
        focalLength: 23.5,
        takenAt: '2024-05-01T12:30:00',
      },
    };
    expect(await store.writeRecord(thumbnails, 0, [])).toBe('written');
    expect(await store.writeRecord(renditions, 0, [])).toBe('written');
    expect(await read(thumbnails)).toEqual(thumbnails);
    expect(await read(renditions)).toEqual(renditions);
  });

  test('leaves nothing of the record before', async () => {
    const before = ready({ placeholder: 'x', exif: { iso: 1 }, lastError: 'once', reason: 'never' });
    await store.writeRecord(before, 0, []);
    const { imageId, recipe, owner, bucket, key, processedAt, processedBy } = before;
    const tombstone: ImageRecord = {
      ...{ imageId, recipe, owner, bucket, key, processedAt, processedBy },
      ...{ recipeVersion: 1, revision: 2, status: 'deleted', outputs: [], expiresAt: 1_800_000_000 },
    };
    expect(await store.writeRecord(tombstone, 1, [])).toBe('written');
    expect(await read(before)).toEqual(tombstone);
  });

  test('is lost where somebody else wrote first', async () => {
    const record = ready();
    await store.writeRecord(record, 0, []);
    expect(await store.writeRecord({ ...record, processedBy: '8' }, 0, [])).toBe('lost');
    expect(await store.writeRecord({ ...record, revision: 3, processedBy: '8' }, 2, [])).toBe('lost');
    expect(await read(record)).toEqual(record);
  });

  test('is lost where the item to be replaced has gone', async () => {
    const record = ready({ revision: 8 });
    expect(await store.writeRecord(record, 7, [])).toBe('lost');
    expect(await read(record)).toBeUndefined();
  });

  test('replaces an item in which only attempts were noted', async () => {
    const record = pending();
    await store.addOpenAttempt(record, attempt('a'));
    const outcome = { ...record, status: 'rejected', reason: 'no image', revision: 1 } as const;
    expect(await store.writeRecord(outcome, 0, [attempt('a')])).toBe('written');
    expect(await read(record)).toEqual(outcome);
  });

  test('takes out the attempts that it names, and no others', async () => {
    const record = pending();
    await store.addOpenAttempt(record, attempt('a'));
    await store.addOpenAttempt(record, attempt('b'));
    expect(await store.writeRecord({ ...record, revision: 1 }, 0, [attempt('a'), attempt('c')])).toBe('written');
    expect(await openIds(record)).toEqual(['b']);
  });

  test('exactly one of several concurrent writes is written', async () => {
    const record = ready();
    const results = await Promise.all(
      ['1', '2', '3', '4'].map((processedBy) => store.writeRecord({ ...record, processedBy }, 0, [])),
    );
    expect(results.toSorted()).toEqual(['lost', 'lost', 'lost', 'written']);
  });
});

describe('addOpenAttempt', () => {
  test('creates the item of an image that was never seen', async () => {
    const record = pending();
    expect(await store.addOpenAttempt(record, attempt('a'))).toBe('written');
    expect(await read(record)).toEqual({ ...record, openAttempts: [attempt('a')] });
  });

  test('adds to the open attempts, also by the same revision and twice', async () => {
    const record = pending();
    await store.addOpenAttempt(record, attempt('a'));
    await store.addOpenAttempt(record, attempt('b'));
    await store.addOpenAttempt(record, attempt('b'));
    expect(await openIds(record)).toEqual(['a', 'b']);
  });

  test('takes the time to live from a tombstone, and keeps the revision', async () => {
    const tombstone = pending({ status: 'deleted', revision: 4, expiresAt: 1_800_000_000 });
    await store.writeRecord(tombstone, 0, []);
    const again = pending({ ...tombstone, status: 'pending' });
    delete again.expiresAt;
    expect(await store.addOpenAttempt(again, attempt('a'))).toBe('written');
    expect(await read(tombstone)).toEqual({ ...again, openAttempts: [attempt('a')] });
  });

  test('is lost where somebody has written an outcome', async () => {
    const record = pending();
    await store.writeRecord({ ...record, revision: 1 }, 0, []);
    expect(await store.addOpenAttempt(record, attempt('a'))).toBe('lost');
    expect(await openIds(record)).toBeUndefined();
  });
});

describe('removeOpenAttempt', () => {
  test('takes out one attempt, whatever has happened to the item, and harmlessly twice', async () => {
    const record = pending();
    await store.addOpenAttempt(record, attempt('a'));
    await store.addOpenAttempt(record, attempt('b'));
    await store.writeRecord(ready({ ...record, status: 'ready', revision: 1 }), 0, []);
    await store.removeOpenAttempt(record.imageId, record.recipe, attempt('a'));
    await store.removeOpenAttempt(record.imageId, record.recipe, attempt('a'));
    expect(await read(record)).toMatchObject({ status: 'ready', openAttempts: [attempt('b')] });
    await store.removeOpenAttempt(record.imageId, record.recipe, attempt('b'));
    expect(await openIds(record)).toBeUndefined();
  });

  test('creates no item', async () => {
    const record = pending();
    await store.removeOpenAttempt(record.imageId, record.recipe, attempt('a'));
    expect(await read(record)).toBeUndefined();
  });
});

describe('saveLastError', () => {
  test('adds the error to an item and takes the attempt out, and touches nothing else', async () => {
    const record = ready();
    await store.writeRecord(record, 0, []);
    await store.addOpenAttempt(record, attempt('a'));
    await store.addOpenAttempt(record, attempt('b'));
    const nobody = pending({ imageId: record.imageId, key: 'other', owner: '-' });
    await store.saveLastError(nobody, 'S3 was away', attempt('a'));
    expect(await read(record)).toEqual({ ...record, lastError: 'S3 was away', openAttempts: [attempt('b')] });
  });

  test('creates the record where there is none, so that a dead letter finds its reason', async () => {
    const record = pending();
    await store.saveLastError(record, 'S3 was away');
    expect(await read(record)).toEqual({ ...record, lastError: 'S3 was away' });
  });
});

describe('the index byUploadTime', () => {
  async function listed(owner: string): Promise<unknown[]> {
    const pages = await Promise.all(
      listingPartitions(owner).map((partition) =>
        dynamo.send(
          new QueryCommand({
            TableName: 'images',
            IndexName: 'byUploadTime',
            KeyConditionExpression: 'listing = :partition',
            ExpressionAttributeValues: { ':partition': { S: partition } },
          }),
        ),
      ),
    );
    return pages.flatMap(({ Items }) => Items ?? []).map(({ key }) => key?.S);
  }

  test('lists the thumbnails items of images that exist, whatever came of them, and no others', async () => {
    const owner = 'index';
    const listedRecords = [
      ready({ owner }),
      pending({ owner }),
      pending({ owner, status: 'rejected', revision: 1, reason: 'no image' }),
    ];
    const unseen = pending({ owner });
    delete unseen.uploadedAt;
    const others: ImageRecord[] = [
      { ...ready({ owner }), recipe: 'renditions' },
      ready({ owner, key: 'canary/1.jpg' }),
      ready({ owner, status: 'deleted' }),
      unseen,
    ];
    for (const record of [...listedRecords, ...others]) await store.writeRecord(record, 0, []);
    expect((await listed(owner)).toSorted()).toEqual(listedRecords.map(({ key }) => key).toSorted());
  });

  test('lists no images of the buckets that are not to be listed, whatever is written of them', async () => {
    const owner = 'verification';
    const store = records(dynamo, 'images', ['verification']);
    const attempted = pending({ owner, bucket: 'verification' });
    const written = ready({ owner, bucket: 'verification' });
    const failed = ready({ owner, bucket: 'verification' });
    const other = ready({ owner });
    await store.addOpenAttempt(attempted, attempt('a'));
    await store.writeRecord(written, 0, []);
    await store.saveLastError(failed, 'S3 was away');
    await store.writeRecord(other, 0, []);

    expect(await listed(owner)).toEqual([other.key]);
    expect(await read(written)).toEqual(written);
  });

  test('forgets an image that was deleted, and keeps its place as its status changes', async () => {
    const owner = 'index-2';
    const record = pending({ owner });
    await store.addOpenAttempt(record, attempt('a'));
    const raw = async () =>
      (await dynamo.send(new GetItemCommand({ TableName: 'images', Key: keyOf(record) }))).Item?.['listedAt']?.S;
    const place = await raw();
    expect(place).toBe(`${record.uploadedAt ?? ''}#${record.imageId}`);
    await store.writeRecord(ready({ ...record, status: 'ready', revision: 1 }), 0, []);
    expect(await raw()).toBe(place);
    await store.writeRecord({ ...record, status: 'deleted', revision: 2 }, 1, []);
    expect(await raw()).toBeUndefined();
    expect(await listed(owner)).toEqual([]);
  });
});

const keyOf = (record: ImageRecord) => ({ imageId: { S: record.imageId }, recipe: { S: record.recipe } });

test('what a newer version has added to an item is passed over, whatever its form', async () => {
  const record = ready();
  await store.writeRecord(record, 0, []);
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'images', Key: keyOf(record) }));
  const added = { blurred: { BOOL: true }, hues: { SS: ['red'] }, none: { NULL: true as const } };
  await dynamo.send(new PutItemCommand({ TableName: 'images', Item: { ...Item, ...added } }));
  expect(await read(record)).toEqual(record);
});

describe('over a network that loses answers', () => {
  const json = { 'content-type': 'application/x-amz-json-1.0' };
  const refused: Answer = {
    status: 400,
    headers: json,
    body: JSON.stringify({ __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: 'no' }),
  };
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

  /** A store whose item, by the time that it is read again, is `item`. */
  async function storeOf(first: Answer, item: ImageRecord, changes: Partial<ImageRecord> = {}) {
    await store.writeRecord({ ...item, ...changes }, 0, []);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'images', Key: keyOf(item) }));
    const { client, sent } = answering(first, refused, { headers: json, body: JSON.stringify({ Item }) });
    return { sent, store: records(new DynamoDBClient(client), 'images') };
  }

  test('a write that finds itself in its own way was written', async () => {
    const record = ready();
    const { store, sent } = await storeOf(reset, record, { lastError: 'noted since' });
    expect(await store.writeRecord(record, 0, [])).toBe('written');
    expect(sent).toHaveLength(3);
  });

  test('a write that finds another in its way is lost', async () => {
    const record = ready();
    const { store } = await storeOf(reset, record, { processedBy: '8' });
    expect(await store.writeRecord(record, 0, [])).toBe('lost');
  });

  test('a refusal at the first try is simply lost', async () => {
    const { client, sent } = answering(refused);
    expect(await records(new DynamoDBClient(client), 'images').writeRecord(ready(), 0, [])).toBe('lost');
    expect(sent).toHaveLength(1);
  });

  test('any other answer throws', async () => {
    const throttled = { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' };
    const { client } = answering({ status: 400, headers: json, body: JSON.stringify(throttled) });
    const store = records(new DynamoDBClient(client), 'images');
    await expect(store.writeRecord(ready(), 0, [])).rejects.toThrow();
    await expect(store.addOpenAttempt(ready(), attempt('a'))).rejects.toThrow();
  });
});
