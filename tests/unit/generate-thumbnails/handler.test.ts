import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';

import { imageId } from '../../../functions/shared/images/image.ts';
import { records } from '../../../functions/shared/stores/records.ts';
import { ofKeys, snsEvent } from '../lambda/s3-events.ts';
import { smallTable } from '../stores/small-table.ts';
import { bundledFunction } from './bundled-function.ts';
import { smallS3 } from './small-s3.ts';

const root = join(import.meta.dirname, '../../..');
const traceId = '1-5759e988-bd862e3fe1be46a994272793';
const daemon = createSocket('udp4');
const segments: Record<string, unknown>[] = [];

let s3: Awaited<ReturnType<typeof smallS3>>;
let table: Awaited<ReturnType<typeof smallTable>>;
let lambda: Awaited<ReturnType<typeof bundledFunction>>;
let photo: Buffer;

beforeAll(async () => {
  daemon.on('message', (message) =>
    segments.push(JSON.parse(message.toString().split('\n')[1] ?? '') as Record<string, unknown>),
  );
  daemon.bind(0, '127.0.0.1');
  [s3, table, photo] = await Promise.all([smallS3(), smallTable(), draw(), once(daemon, 'listening')]);
  lambda = await bundledFunction('generate-thumbnails', {
    THUMBNAILS_BUCKET_NAME: 'thumbnails',
    IMAGES_TABLE_NAME: 'images',
    VERIFICATION_BUCKET_NAME: 'verification',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    LAMBDA_TASK_ROOT: '/var/task',
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
  });
});

afterAll(async () => {
  await lambda.end();
  await Promise.all([s3.end(), table.end()]);
  daemon.close();
});

beforeEach(() => {
  s3.objects.clear();
  delete s3.failing.with;
  segments.length = 0;
  lambda.lines();
});

const draw = () =>
  sharp({ create: { width: 1000, height: 500, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer();
const recordOf = (key: string) =>
  records(table.dynamo, 'images').readRecord(imageId({ bucket: 'uploads', key }), 'thumbnails');
const sample = (file: string): unknown =>
  JSON.parse(readFileSync(join(root, 'events/generate-thumbnails', file), 'utf8'));

test('a HEIC becomes thumbnails too: what decodes it is found where layers are, by a bundle of one file', async () => {
  s3.put('uploads/photo.heic', readFileSync(join(root, 'tests/fixtures/heic/orientation-6.heic')));
  expect(await lambda.invoke(snsEvent(ofKeys('photo.heic')))).toEqual({});
  expect(await recordOf('photo.heic')).toMatchObject({ status: 'ready', format: 'heic', width: 192, height: 128 });
});

test('an upload becomes thumbnails and a record, and one line tells it', async () => {
  s3.put('uploads/users/mona/a+b c.jpg', photo);
  expect(await lambda.invoke(snsEvent(ofKeys('users/mona/a+b c.jpg')))).toEqual({});

  const record = await recordOf('users/mona/a+b c.jpg');
  expect(record).toMatchObject({
    status: 'ready',
    owner: 'mona',
    format: 'jpeg',
    width: 1000,
    height: 500,
    processedBy: '7',
  });
  expect(record?.outputs.map(({ width, height }) => [width, height])).toEqual([
    [128, 64],
    [320, 160],
    [640, 320],
  ]);
  expect(s3.keys('thumbnails').toSorted()).toEqual(record?.outputs.map(({ key }) => `thumbnails/${key}`).toSorted());
  for (const { key, width } of record?.outputs ?? []) {
    const stored = s3.objects.get(`thumbnails/${key}`);
    expect(stored?.contentType).toBe('image/webp');
    expect(await sharp(stored?.body).metadata()).toMatchObject({ format: 'webp', width });
  }
  expect(lambda.lines().filter((line) => !('_aws' in line))).toMatchObject([
    { message: 'thumbnails ready', key: 'users/mona/a+b c.jpg', service: 'generate-thumbnails', functionVersion: '7' },
  ]);
});

test('the same delivery again changes nothing', async () => {
  s3.put('uploads/twice.jpg', photo);
  await lambda.invoke(snsEvent(ofKeys('twice.jpg')));
  const record = await recordOf('twice.jpg');
  const keys = s3.keys('thumbnails');
  await lambda.invoke(snsEvent(ofKeys('twice.jpg')));
  expect(await recordOf('twice.jpg')).toEqual(record);
  expect(s3.keys('thumbnails')).toEqual(keys);
});

test('a removal takes the thumbnails away and leaves a tombstone', async () => {
  s3.put('uploads/gone.jpg', photo);
  await lambda.invoke(snsEvent(ofKeys('gone.jpg')));
  s3.objects.delete('uploads/gone.jpg');
  expect(await lambda.invoke(snsEvent(ofKeys('gone.jpg')))).toEqual({});
  expect(await recordOf('gone.jpg')).toMatchObject({ status: 'deleted', expiresAt: expect.any(Number) });
  expect(s3.keys('thumbnails')).toEqual([]);
});

test('a file that is no image is rejected with a reason, and not tried again', async () => {
  s3.put('uploads/note.jpg', Buffer.from('this is no image'));
  expect(await lambda.invoke(snsEvent(ofKeys('note.jpg')))).toEqual({});
  const record = await recordOf('note.jpg');
  expect(record).toMatchObject({ status: 'rejected', outputs: [] });
  expect(lambda.lines()).toContainEqual(
    expect.objectContaining({ message: 'rejected', outcome: 'rejected', reason: record?.reason }),
  );
});

test('what AWS fails at is thrown, so that Lambda tries again, and the record tells why', async () => {
  s3.failing.with = () => 403;
  const { error } = await lambda.invoke(snsEvent(ofKeys('forbidden.jpg')));
  expect(error).toBeDefined();
  expect(await recordOf('forbidden.jpg')).toMatchObject({ status: 'pending', lastError: expect.any(String) });
});

test('if one of several images in an event fails, the others are processed before the invocation fails', async () => {
  s3.put('uploads/good.jpg', photo);
  s3.failing.with = (name) => (name.endsWith('bad.jpg') ? 403 : undefined);
  const { error } = await lambda.invoke(snsEvent(ofKeys('bad.jpg', 'good.jpg')));
  expect(error).toMatchObject({ message: expect.stringContaining('1 of 2 images failed: uploads/bad.jpg') });
  expect(await recordOf('good.jpg')).toMatchObject({ status: 'ready' });
});

test('stops before Lambda would stop it', async () => {
  s3.put('uploads/late.jpg', photo);
  const { error } = await lambda.invoke(snsEvent(ofKeys('late.jpg')), { remainingMs: 3_000 });
  expect(error).toMatchObject({ name: 'TransientError' });
  expect(s3.keys('thumbnails')).toEqual([]);
});

describe('the sample events', () => {
  test.each([
    ['sns-test-event.json', []],
    ['sns-object-created.json', ['nothing there']],
    ['sns-several-records.json', ['nothing there', 'nothing there', 'nothing there']],
    ['s3-object-created.json', ['nothing there']],
    ['sns-lifecycle-expiration.json', ['nothing there', 'nothing there']],
  ])('%s', async (file, messages) => {
    expect(await lambda.invoke(sample(file))).toEqual({});
    const lines = lambda.lines().filter((line) => !('_aws' in line));
    expect(lines.map(({ message }) => message)).toEqual(messages);
  });

  test('a delivery that names no image is acknowledged, told and counted', async () => {
    expect(await lambda.invoke({ hello: 'world' })).toEqual({});
    expect(lambda.lines()).toEqual([
      expect.objectContaining({ InvalidEvents: 1 }),
      expect.objectContaining({ level: 'WARN', message: 'delivery refused: it names no image' }),
    ]);
  });
});

describe('traces', () => {
  let invocations = 0;
  const parent = () => `557abcec3ee5a${String(++invocations).padStart(3, '0')}`;
  const header = (sampled: number, id = parent()) => `Root=${traceId};Parent=${id};Sampled=${sampled}`;
  /** Subsegments come by UDP, each when it ends: the image's own comes last. */
  const until = async (name: string) => {
    while (!segments.some((segment) => segment['name'] === name)) await once(daemon, 'message');
    return segments;
  };

  test('a traced invocation sends a subsegment for each image, with its requests beneath', async () => {
    for (const key of ['traced.jpg', 'traced again.jpg']) {
      segments.length = 0;
      const id = parent();
      s3.put(`uploads/${key}`, photo);
      expect(await lambda.invoke(snsEvent(ofKeys(key)), { traceHeader: header(1, id) })).toEqual({});
      const sent = await until('thumbnails');
      const image = sent.find(({ name }) => name === 'thumbnails');
      expect(image).toMatchObject({
        trace_id: traceId,
        parent_id: id,
        annotations: { recipe: 'thumbnails' },
      });
      const beneath = sent.filter(({ parent_id }) => parent_id === image?.['id']).map(({ name }) => name);
      expect(new Set(beneath)).toEqual(new Set(['S3', 'DynamoDB']));
    }
    expect(lambda.lines().filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  test('a failure is marked as one', async () => {
    s3.failing.with = () => 403;
    await lambda.invoke(snsEvent(ofKeys('untraceable.jpg')), { traceHeader: header(1) });
    const sent = await until('thumbnails');
    expect(sent.find(({ name }) => name === 'thumbnails')).toMatchObject({ fault: true });
  });

  test.each([
    ['without a trace', undefined],
    ['that is not sampled', header(0)],
    ['with half a header', `Root=${traceId}`],
  ])('an invocation %s sends none, and works', async (_, traceHeader) => {
    const untraced = traceHeader === undefined ? {} : { traceHeader };
    expect(await lambda.invoke(snsEvent(ofKeys('untraced.jpg')), untraced)).toEqual({});
    expect(lambda.lines().filter(({ level }) => level === 'ERROR')).toEqual([]);
    // What it had sent would have come before this.
    await lambda.invoke(snsEvent(ofKeys('traced.jpg')), { traceHeader: header(1) });
    expect((await until('thumbnails')).filter(({ name }) => name === 'thumbnails')).toHaveLength(1);
  });
});

test('the bundle is no larger than 650 KB, sharp apart', () => {
  expect(lambda.bytes).toBeLessThanOrEqual(650_000);
});
