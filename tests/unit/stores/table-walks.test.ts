import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { imageId } from '../../../functions/shared/images/image.ts';
import type { RecipeName } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { cursors } from '../../../functions/shared/stores/cursors.ts';
import { recordScans } from '../../../functions/shared/stores/record-scans.ts';
import { records } from '../../../functions/shared/stores/records.ts';
import { smallTable } from './small-table.ts';

let table: Awaited<ReturnType<typeof smallTable>>;
beforeAll(async () => {
  table = await smallTable();
});
afterAll(() => table.end());

function recordOf(key: string, recipe: RecipeName): ImageRecord {
  const image = { bucket: 'uploads', key };
  return {
    ...{ imageId: imageId(image), recipe, recipeVersion: 1, revision: 1, status: 'ready', owner: '-', ...image },
    ...{ processedAt: '2026-05-01T12:30:00.000Z', processedBy: '1', outputs: [] },
  };
}

test('a scan meets every record once, page after page, and never the cursor; a query meets one image’s', async () => {
  const { writeRecord } = records(table.dynamo, 'images');
  const { scanRecords, recordsOf } = recordScans(table.dynamo, 'images');
  const { writeCursor } = cursors(table.dynamo, 'images', 'reconcile-images');
  await writeCursor({ phase: 'originals', revision: 1 });
  const keys = Array.from({ length: 501 }, (_, n) => `${n}.jpg`);
  for (const key of keys)
    await Promise.all(
      (['thumbnails', 'renditions'] as const).map((recipe) => writeRecord(recordOf(key, recipe), 0, [])),
    );

  const met: string[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await scanRecords(after);
    met.push(...page.items.map(({ key, recipe }) => `${key} ${recipe}`));
    after = page.next;
    pages++;
  } while (after !== undefined);

  expect(pages).toBe(2);
  expect(met.sort()).toEqual(keys.flatMap((key) => [`${key} renditions`, `${key} thumbnails`]).sort());
  expect(await recordsOf(imageId({ bucket: 'uploads', key: '7.jpg' }))).toEqual([
    recordOf('7.jpg', 'renditions'),
    recordOf('7.jpg', 'thumbnails'),
  ]);
  expect(await recordsOf('0'.repeat(64))).toEqual([]);
});

test('what a version has made is met wherever it lies in the table, and nothing else', async () => {
  const { writeRecord } = records(table.dynamo, 'images');
  const { scanWrittenBy } = recordScans(table.dynamo, 'images');
  const at = (time: string) => `2026-05-02T${time}:00.000Z`;
  const made = (key: string, otherwise: Partial<ImageRecord> = {}) =>
    writeRecord({ ...recordOf(key, 'thumbnails'), processedBy: '8', processedAt: at('12:00'), ...otherwise }, 0, []);
  // The table is more than a page already.
  await made('by-7.jpg', { processedBy: '7' });
  await made('ready.jpg');
  await made('pending.jpg', { status: 'pending', recipeVersion: 0, revision: 0 });
  await made('later.jpg', { processedAt: at('13:00') });
  await made('earlier.jpg', { processedAt: at('11:59') });
  await made('renditions.jpg', { recipe: 'renditions' });
  await made('golden.jpg', { bucket: 'verification' });

  const writer = { bucket: 'uploads', recipe: 'thumbnails' as const, version: '8', since: at('12:00') };
  const met: string[] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await scanWrittenBy(writer, after);
    met.push(...page.items.map(({ key }) => key));
    after = page.next;
    pages++;
  } while (after !== undefined);

  expect(pages).toBeGreaterThan(1);
  expect(met.sort()).toEqual(['later.jpg', 'pending.jpg', 'ready.jpg']);
});

test('a cursor may be forgotten some days after it was last written', async () => {
  const { writeCursor } = cursors(table.dynamo, 'images', 'passing-walk', 2);
  const before = Date.now();
  await writeCursor({ phase: 'early', revision: 1 });
  const { Item } = await table.dynamo.send(
    new GetItemCommand({ TableName: 'images', Key: { imageId: { S: 'passing-walk' }, recipe: { S: 'cursor' } } }),
  );
  const daysLeft = (Number(Item?.['expiresAt']?.N) * 1_000 - before) / 86_400_000;
  expect(daysLeft).toBeCloseTo(2, 2);
});

test('a cursor is kept, moves on one step at a time, and tells the second of two walkers that it lost', async () => {
  const { readCursor, writeCursor } = cursors(table.dynamo, 'images', 'some-walk');

  expect(await readCursor()).toBeUndefined();
  expect(await writeCursor({ phase: 'originals', after: 'a b.jpg', revision: 1 })).toBe('written');
  expect(await readCursor()).toEqual({ phase: 'originals', after: 'a b.jpg', revision: 1 });
  expect(await writeCursor({ phase: 'records', revision: 2 })).toBe('written');
  expect(await writeCursor({ phase: 'originals', after: 'c.jpg', revision: 2 })).toBe('lost');
  expect(await readCursor()).toEqual({ phase: 'records', revision: 2 });
});

test('a cursor whose answer was lost on its way is written all the same, unless another walker was faster', async () => {
  let lose: (() => Promise<unknown>) | undefined;
  const config = {
    endpoint: table.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  };
  const dynamo = new DynamoDBClient(config);
  dynamo.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      if (lose === undefined) return answer;
      const meanwhile = lose;
      lose = undefined;
      await meanwhile();
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    },
    { step: 'deserialize' },
  );
  const { readCursor, writeCursor } = cursors(dynamo, 'images', 'unlucky-walk');
  const other = cursors(table.dynamo, 'images', 'unlucky-walk');
  try {
    lose = async () => undefined;
    expect(await writeCursor({ phase: 'originals', revision: 1 })).toBe('written');
    lose = () => other.writeCursor({ phase: 'outputs', revision: 3 });
    expect(await writeCursor({ phase: 'records', revision: 2 })).toBe('lost');
    expect(await readCursor()).toEqual({ phase: 'outputs', revision: 3 });
  } finally {
    dynamo.destroy();
  }
});

test('a cursor throws what is no lost race', async () => {
  const { writeCursor } = cursors(table.dynamo, 'no-such-table', 'some-walk');
  await expect(writeCursor({ phase: 'x', revision: 1 })).rejects.toThrow();
});
