import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { newest } from '../../../functions/list-images/newest.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { batches } from '../../../functions/shared/stores/batches.ts';
import { listedImages } from '../../../functions/shared/stores/listed-images.ts';
import { listingPartitions } from '../../../functions/shared/stores/upload-time-index.ts';
import { records } from '../../../functions/shared/stores/records.ts';
import { answering } from './answering.ts';
import { smallTable } from './small-table.ts';

let table: Awaited<ReturnType<typeof smallTable>>;
beforeAll(async () => {
  table = await smallTable();
});
afterAll(() => table.end());

function recordOf(owner: string, n: number, recipe: 'thumbnails' | 'renditions' = 'thumbnails'): ImageRecord {
  const image = { bucket: 'uploads', key: `users/${owner}/${n}/cat.jpg` };
  return {
    imageId: imageId(image),
    ...{ recipe, recipeVersion: 1, revision: 1, status: 'ready', owner, ...image, eTag: '"1"', versionId: 'v1' },
    ...{ size: 1, uploadedAt: new Date(1_800_000_000_000 + n * 1_000).toISOString() },
    ...{ processedAt: '2026-05-01T12:30:01.000Z', processedBy: '7', lastError: 'once' },
    outputs: [{ key: `${recipe}/x/y/320.webp`, width: 320, height: 200, format: 'webp', bytes: 1 }],
    ...(recipe === 'renditions' && { placeholder: 'abc', dominantColour: '#aabbcc', exif: { iso: 200 } }),
  };
}

describe('a page of an owner’s images', () => {
  test('holds the newest of all partitions, and the next one goes on where it ended', async () => {
    const store = records(table.dynamo, 'images');
    const all = Array.from({ length: 75 }, (_, n) => recordOf('ann', n));
    await Promise.all([...all, recordOf('otto', 1)].map((record) => store.writeRecord(record, 0, [])));
    const ports = { ...listedImages(table.dynamo, 'images'), partitionsOf: listingPartitions };
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await newest(ports, 'ann', before, 20);
      seen.push(...page.imageIds);
      before = page.last;
    } while (before !== undefined);
    expect(seen).toEqual(all.map((record) => record.imageId).toReversed());
    expect(await newest(ports, 'eve', undefined, 20)).toEqual({ imageIds: [] });
  });

  test('reads of a partition little more than its share', async () => {
    const asked: number[] = [];
    const ports = {
      partitionsOf: listingPartitions,
      listPartition: async (partition: string, before: string | undefined, limit: number) => {
        asked.push(limit);
        const first = before === undefined ? 1_000 : Number(before.slice(0, 4));
        const images = Array.from(
          { length: limit },
          (_, n) => `${String(first - n - 1).padStart(4, '0')} ${partition}`,
        );
        return { images: images.map((position) => ({ imageId: position, position })), more: true };
      },
    };
    const { imageIds } = await newest(ports, 'ann', undefined, 100);
    expect(imageIds).toHaveLength(100);
    expect(new Set(imageIds).size).toBe(100);
    expect(asked.length).toBeLessThanOrEqual(16);
    expect(Math.max(...asked)).toBeLessThan(30);
  });
});

describe('the records of many images', () => {
  test('are read at once, both recipes, without what is no business of a page', async () => {
    const dynamo = table.dynamo;
    const store = records(dynamo, 'images');
    const many = Array.from({ length: 60 }, (_, n) => [recordOf('mona', n), recordOf('mona', n, 'renditions')]).flat();
    await Promise.all(many.map((record) => store.writeRecord(record, 0, [])));
    const found = await batches(dynamo, 'images').readRecords([
      ...new Set(many.map((record) => record.imageId)),
      'f'.repeat(64),
    ]);
    expect(found.size).toBe(60);
    const [first] = many;
    const { thumbnails, renditions } = found.get(first?.imageId ?? '') ?? {};
    expect(thumbnails).toMatchObject({ status: 'ready', outputs: [{ width: 320 }] });
    expect(renditions).toMatchObject({ placeholder: 'abc', exif: { iso: 200 } });
    expect(Object.keys({ ...thumbnails, ...renditions })).not.toEqual(expect.arrayContaining(['lastError']));
  });

  test('are asked for again where DynamoDB leaves some unanswered, and an error where it goes on so', async () => {
    const keys = [{ imageId: { S: 'a' }, recipe: { S: 'renditions' } }];
    const busy = { body: JSON.stringify({ Responses: {}, UnprocessedKeys: { images: { Keys: keys } } }) };
    const item = { imageId: { S: 'a' }, recipe: { S: 'renditions' } };
    const idle = { body: JSON.stringify({ Responses: { images: [item] }, UnprocessedKeys: {} }) };
    const once = answering(busy, idle);
    const found = await batches(new DynamoDBClient(once.client), 'images').readRecords(['a']);
    expect([...found.keys()]).toEqual(['a']);
    expect(
      once.sent.map(
        ({ body }) =>
          (JSON.parse(body) as { RequestItems: { images: { Keys: unknown[] } } }).RequestItems.images.Keys.length,
      ),
    ).toEqual([2, 1]);
    await expect(batches(new DynamoDBClient(answering(busy).client), 'images').readRecords(['a'])).rejects.toThrow(
      /unanswered/,
    );
  });

  test('are read although something else lies beside them', async () => {
    await table.dynamo.send(
      new PutItemCommand({
        TableName: 'images',
        Item: { imageId: { S: 'reconcile-images' }, recipe: { S: 'cursor' } },
      }),
    );
    expect((await batches(table.dynamo, 'images').readRecords(['reconcile-images'])).size).toBe(0);
  });
});
