import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';

import { imageId } from '../../../functions/shared/images/image.ts';
import { records } from '../../../functions/shared/stores/records.ts';
import { notification, ofKeys, sqsEvent, testEvent } from '../lambda/s3-events.ts';
import { bundledFunction } from '../generate-thumbnails/bundled-function.ts';
import { smallS3 } from '../generate-thumbnails/small-s3.ts';
import { smallTable } from '../stores/small-table.ts';

const root = join(import.meta.dirname, '../../..');

let s3: Awaited<ReturnType<typeof smallS3>>;
let table: Awaited<ReturnType<typeof smallTable>>;
let lambda: Awaited<ReturnType<typeof bundledFunction>>;
let photo: Buffer;

beforeAll(async () => {
  [s3, table, photo] = await Promise.all([smallS3(), smallTable(), draw()]);
  lambda = await bundledFunction('generate-renditions', {
    THUMBNAILS_BUCKET_NAME: 'thumbnails',
    IMAGES_TABLE_NAME: 'images',
    VERIFICATION_BUCKET_NAME: 'verification',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  });
});

afterAll(async () => {
  await lambda.end();
  await Promise.all([s3.end(), table.end()]);
});

beforeEach(() => {
  s3.objects.clear();
  delete s3.failing.with;
  lambda.lines();
});

/** Narrower than every width, so that it is quickly encoded. */
const draw = () =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: '#cc3300' } })
    .withExif({ IFD0: { Make: 'Fuji', Model: 'X100' } })
    .jpeg()
    .toBuffer();
const recordOf = (key: string) =>
  records(table.dynamo, 'images').readRecord(imageId({ bucket: 'uploads', key }), 'renditions');
const sample = (file: string): unknown =>
  JSON.parse(readFileSync(join(root, 'events/generate-renditions', file), 'utf8'));
const messagesIn = (lines: Record<string, unknown>[]) =>
  lines.filter((line) => !('_aws' in line)).map(({ message }) => message);

test('a batch becomes renditions and descriptions, and nothing comes back', async () => {
  s3.put('uploads/users/mona/1.jpg', photo);
  s3.put('uploads/users/mona/2.jpg', photo);
  const event = sqsEvent(ofKeys('users/mona/1.jpg'), notification(ofKeys('users/mona/2.jpg')), testEvent);
  expect(await lambda.invoke(event)).toEqual({ result: { batchItemFailures: [] } });

  for (const key of ['users/mona/1.jpg', 'users/mona/2.jpg']) {
    const record = await recordOf(key);
    expect(record).toMatchObject({
      status: 'ready',
      placeholder: expect.any(String),
      dominantColour: expect.stringMatching(/^#[\da-f]{6}$/u),
      exif: { camera: expect.stringContaining('X100') },
    });
    expect(record?.outputs.map(({ width, format }) => [width, format]).toSorted()).toEqual([
      [300, 'avif'],
      [300, 'webp'],
    ]);
    for (const { key: output } of record?.outputs ?? [])
      expect(s3.keys('thumbnails')).toContain(`thumbnails/${output}`);
  }
  expect(messagesIn(lambda.lines())).toEqual(['renditions ready', 'renditions ready']);
});

test('only the message that failed comes back', async () => {
  s3.put('uploads/good.jpg', photo);
  s3.failing.with = (name) => (name.endsWith('/bad.jpg') ? 403 : undefined);
  const event = sqsEvent(ofKeys('bad.jpg'), ofKeys('good.jpg'), 'garbage', ofKeys('bad.jpg'));
  expect(await lambda.invoke(event)).toEqual({
    result: { batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm3' }] },
  });
  expect(await recordOf('good.jpg')).toMatchObject({ status: 'ready' });
  expect(await recordOf('bad.jpg')).toMatchObject({ status: 'pending', lastError: expect.any(String) });
});

test('what there is no time for comes back', async () => {
  for (const key of ['a', 'b', 'c']) s3.put(`uploads/${key}.jpg`, photo);
  const event = sqsEvent(ofKeys('a.jpg'), ofKeys('b.jpg'), ofKeys('c.jpg'));
  expect(await lambda.invoke(event, { remainingMs: 9_000 })).toEqual({
    result: { batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] },
  });
  expect(await recordOf('a.jpg')).toMatchObject({ status: 'ready' });
  expect(await recordOf('b.jpg')).toBeUndefined();
});

describe('the sample events', () => {
  test.each([
    ['sqs-sns.json', ['nothing there']],
    ['sqs-sns-raw.json', ['nothing there']],
    ['sqs-s3.json', ['nothing there']],
    ['sqs-sns-object-removed.json', ['nothing there']],
    ['sqs-sns-test-event.json', []],
    ['s3-object-created.json', ['nothing there']],
  ])('%s', async (file, messages) => {
    expect(await lambda.invoke(sample(file))).toEqual({ result: { batchItemFailures: [] } });
    expect(messagesIn(lambda.lines())).toEqual(messages);
  });

  test('sqs-batch-mixed.json: what can never be understood is done with', async () => {
    expect(await lambda.invoke(sample('sqs-batch-mixed.json'))).toEqual({ result: { batchItemFailures: [] } });
    const lines = lambda.lines();
    expect(messagesIn(lines).toSorted()).toEqual([
      'delivery refused: it names no image',
      'delivery refused: it names no image',
      'nothing there',
    ]);
    expect(lines.filter(({ InvalidEvents }) => InvalidEvents === 1)).toHaveLength(2);
  });
});

test('the bundle is no larger than 650 KB, sharp apart', () => {
  expect(lambda.bytes).toBeLessThanOrEqual(650_000);
});
