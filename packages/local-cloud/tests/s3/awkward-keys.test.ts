import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

test.each([
  ['as it is', '\u0001'],
  ['by a reference', '&#x1;'],
  ['by a decimal reference', '&#27;'],
  ['as what is no character', '&#xFFFF;'],
  ['as half a pair', '&#xD800;'],
  ['as nothing at all', '&#x110000;'],
  ['as an entity that XML does not have', '&copy;'],
  ['as a bare ampersand', 'a & b'],
  ['as bytes that are no UTF-8', Buffer.from([0xff])],
])('a key that XML cannot carry makes DeleteObjects delete nothing: %s', async (_how, key) => {
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'stays', Body: 'x' }));
  const body = Buffer.concat(
    ['<Delete><Object><Key>stays</Key></Object><Object><Key>', key, '</Key></Object></Delete>'].map((part) =>
      Buffer.from(part),
    ),
  );
  const answer = await fetch(`${cloud.gateway.endpoint}/${Bucket}?delete`, {
    method: 'POST',
    body,
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20260101T000000Z',
      'content-md5': createHash('md5').update(body).digest('base64'),
    },
  });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('<Code>MalformedXML</Code>')]);
  await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'stays' }));
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'stays' }));
});

describe('the source of a copy', () => {
  test.each([
    ['a plus is a space', 'copy/a b', 'copy/a+b'],
    ['%2B is a plus', 'copy/a+b', 'copy%2Fa%2Bb'],
    ['a space may be %20', 'copy/c d', '/copy/c%20d'],
    ['%25 is a percent sign, decoded once', 'copy/100%2B', 'copy/100%252B'],
    ['slashes may be %2F, the first one too', 'copy/x/y', '%2Fcopy%2Fx%2Fy'],
    ['a question mark that begins no version is a part of the key', 'copy/what?', 'copy/what?'],
    ['… and one that is encoded always is', 'copy/k?versionId=1', 'copy/k%3FversionId%3D1'],
    ['a slash that begins the key stays', 'copy//k', 'copy//k'],
  ])('%s', async (_how, source, header) => {
    const key = source.slice('copy/'.length);
    if (!cloud.s3.buckets.has('copy')) await cloud.s3.createBucket('copy');
    await cloud.client.send(new PutObjectCommand({ Bucket: 'copy', Key: key, Body: source }));
    await cloud.client.send(new CopyObjectCommand({ Bucket: 'copy', Key: 'copied', CopySource: `copy/gone` })).then(
      () => expect('copied').toBe('refused'),
      (error: unknown) => expect(error).toMatchObject({ name: 'NoSuchKey' }),
    );
    await cloud.client.send(new CopyObjectCommand({ Bucket: 'copy', Key: 'copied', CopySource: header }));
    const got = await cloud.client.send(new GetObjectCommand({ Bucket: 'copy', Key: 'copied' }));
    expect(await got.Body?.transformToString()).toBe(source);
    const { UploadId } = await cloud.client.send(new CreateMultipartUploadCommand({ Bucket: 'copy', Key: 'parts' }));
    const part = { Bucket: 'copy', Key: 'parts', UploadId, PartNumber: 1, CopySource: header };
    const md5 = createHash('md5').update(source).digest('hex');
    expect((await cloud.client.send(new UploadPartCopyCommand(part))).CopyPartResult?.ETag).toBe(`"${md5}"`);
    await cloud.client.send(new DeleteObjectCommand({ Bucket: 'copy', Key: key }));
  });

  test('is a version, if one is named behind it', async () => {
    await cloud.s3.createBucket('old', { versioning: 'Enabled' });
    const put = (Body: string) => cloud.client.send(new PutObjectCommand({ Bucket: 'old', Key: 'a?b', Body }));
    const { VersionId = '' } = await put('first');
    await put('second');
    const copied = { Bucket: 'old', Key: 'copied', CopySource: `old%2Fa?b?versionId=${VersionId}` };
    await cloud.client.send(new CopyObjectCommand(copied));
    const got = await cloud.client.send(new GetObjectCommand({ Bucket: 'old', Key: 'copied' }));
    expect(await got.Body?.transformToString()).toBe('first');
  });

  test.each(['nothing', '/', 'bucket/', '%2F', 'bucket%2F'])(
    'that names no object is refused: %s',
    async (CopySource) => {
      const copy = cloud.client.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource }));
      await expect(copy).rejects.toMatchObject({ name: 'InvalidArgument' });
    },
  );
});

test('all are deleted, one way or the other', async () => {
  const [half, otherHalf] = [awkwardKeys.slice(0, 20), awkwardKeys.slice(20)];
  for (const Key of half) await cloud.client.send(new DeleteObjectCommand({ Bucket, Key }));
  // No XML carries it: S3 asks for a DeleteObject then.
  const inNoXml = 'deleted\u007f\u0001.jpg';
  const Objects = otherHalf.filter((Key) => Key !== inNoXml).map((Key) => ({ Key }));
  const { Errors } = await cloud.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Errors).toBeUndefined();
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: inNoXml }));
  const { KeyCount } = await cloud.client.send(new ListObjectsV2Command({ Bucket }));
  expect(KeyCount).toBe(0);
});

test('a key of 1,025 bytes is refused as too long', async () => {
  const put = cloud.client.send(new PutObjectCommand({ Bucket, Key: 'x'.repeat(1025), Body: 'x' }));
  await expect(put).rejects.toMatchObject({ name: 'KeyTooLongError' });
});
