import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awkwardKeys } from './awkward-keys.ts';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'awkward';
const topic = 'arn:aws:sns:us-east-1:000000000000:uploads';
let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  await cloud.s3.configureNotifications(Bucket, [
    { id: 'all', destination: 'topic', arn: topic, events: ['s3:ObjectCreated:Put'], prefix: '', suffix: '' },
  ]);
  for (const Key of awkwardKeys) await cloud.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});
afterAll(() => cloud.stop());

const bytesOf = (key: string): string => Buffer.from(key).toString('hex');

test('forty awkward keys are forty objects', () => {
  expect(new Set(awkwardKeys).size).toBe(40);
  expect(awkwardKeys.map((key) => Buffer.byteLength(key)).at(-1)).toBe(1024);
});

test.each(awkwardKeys)('%j is read, headed and copied as it was put', async (Key) => {
  const { client } = cloud;
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body?.transformToString()).toBe(Key);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head.ContentLength).toBe(Buffer.byteLength(Key));
  const source = Key.split('/').map(encodeURIComponent).join('/');
  await client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${Bucket}/${source}` }));
  const copied = await client.send(new GetObjectCommand({ Bucket, Key: 'copied' }));
  expect(await copied.Body?.transformToString()).toBe(Key);
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'copied' }));
});

test('all are listed, in the order of their bytes', async () => {
  const { Contents = [] } = await cloud.client.send(new ListObjectsV2Command({ Bucket }));
  const expected = [...awkwardKeys].sort((a, b) => (bytesOf(a) < bytesOf(b) ? -1 : 1));
  expect(Contents.map(({ Key }) => Key)).toEqual(expected);
});

test('all are listed url-encoded, as the AWS CLI asks for them', async () => {
  const { Contents = [] } = await cloud.client.send(new ListObjectsV2Command({ Bucket, EncodingType: 'url' }));
  const decoded = Contents.map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' ')));
  expect(new Set(decoded)).toEqual(new Set(awkwardKeys));
});

test('all arrive in events, form-encoded', () => {
  const keys = cloud.delivered
    .map(({ body }) => JSON.parse(body) as { Records?: { s3: { object: { key: string } } }[] })
    .flatMap(({ Records = [] }) => Records.map(({ s3 }) => s3.object.key));
  expect(keys.map((key) => decodeURIComponent(key.replaceAll('+', ' ')))).toEqual(awkwardKeys);
  expect(keys[0]).toBe('a%2Bb+c.jpg');
  expect(keys[10]).toBe('..//x.jpg');
});

test('all are deleted, one way or the other', async () => {
  const [half, otherHalf] = [awkwardKeys.slice(0, 20), awkwardKeys.slice(20)];
  for (const Key of half) await cloud.client.send(new DeleteObjectCommand({ Bucket, Key }));
  const Objects = otherHalf.map((Key) => ({ Key }));
  const { Errors } = await cloud.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Errors).toBeUndefined();
  const { KeyCount } = await cloud.client.send(new ListObjectsV2Command({ Bucket }));
  expect(KeyCount).toBe(0);
});

test('a key of 1,025 bytes is refused as too long', async () => {
  const put = cloud.client.send(new PutObjectCommand({ Bucket, Key: 'x'.repeat(1025), Body: 'x' }));
  await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError' });
});
