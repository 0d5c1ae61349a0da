import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

let cloud: TestCloud;
let Bucket = '';
let buckets = 0;
beforeAll(async () => {
  cloud = await startS3();
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  Bucket = `versioned-${String(++buckets)}`;
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  await setVersioning('Enabled');
});

const setVersioning = (Status: 'Enabled' | 'Suspended') =>
  cloud.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const put = (Key: string, Body: string) => cloud.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Key: string, VersionId?: string) =>
  (await cloud.client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();
const remove = (Key: string, VersionId?: string) =>
  cloud.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

test('an overwritten object keeps its earlier version', async () => {
  const one = await put('k', 'one');
  const two = await put('k', 'two');
  expect(one.VersionId).toHaveLength(32);
  expect(two.VersionId).not.toBe(one.VersionId);
  expect(await read('k')).toBe('two');
  expect(await read('k', one.VersionId)).toBe('one');
});

test('a deleted object hides behind a marker, and comes back when the marker is deleted', async () => {
  const made = await put('k', 'one');
  const deleted = await remove('k');
  expect(deleted).toMatchObject({ DeleteMarker: true });
  await expect(read('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
  expect(await read('k', made.VersionId)).toBe('one');
  await expect(read('k', deleted.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  expect((await cloud.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);

  expect(await remove('k', deleted.VersionId)).toMatchObject({ DeleteMarker: true, VersionId: deleted.VersionId });
  expect(await read('k')).toBe('one');
});

test('a version that was deleted by its id is gone for good', async () => {
  const one = await put('k', 'one');
  const two = await put('k', 'two');
  await remove('k', two.VersionId);
  expect(await read('k')).toBe('one');
  await expect(read('k', two.VersionId)).rejects.toMatchObject({ name: 'NoSuchVersion' });
  await remove('k', one.VersionId);
  await expect(read('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('while versioning is suspended, one version has the id null', async () => {
  const kept = await put('k', 'kept');
  await setVersioning('Suspended');
  expect((await put('k', 'null 1')).VersionId).toBe('null');
  expect((await put('k', 'null 2')).VersionId).toBe('null');
  expect(await read('k')).toBe('null 2');
  expect(await read('k', kept.VersionId)).toBe('kept');
  expect(await remove('k')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
  await expect(read('k', 'null')).rejects.toMatchObject({ name: 'MethodNotAllowed' });
  const { Versions = [], DeleteMarkers = [] } = await cloud.client.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions.map(({ VersionId }) => VersionId)).toEqual([kept.VersionId]);
  expect(DeleteMarkers.map(({ VersionId }) => VersionId)).toEqual(['null']);
});

test('versions are listed newest first within a key, page by page', async () => {
  const ids: (string | undefined)[] = [];
  for (const body of ['1', '2', '3']) ids.unshift((await put('a', body)).VersionId);
  ids.push((await put('b', '4')).VersionId);
  await remove('b');
  const listed: (string | undefined)[] = [];
  const markers: (string | undefined)[] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  for (;;) {
    const page = await cloud.client.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, KeyMarker, VersionIdMarker }),
    );
    listed.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
    markers.push(...(page.DeleteMarkers ?? []).map(({ Key }) => Key));
    if (page.IsTruncated !== true) break;
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  }
  expect(listed).toEqual(ids);
  expect(markers).toEqual(['b']);
});

test('a head of a hidden object is a 404 that tells of the marker; a malformed version id is a 400', async () => {
  await put('k', 'one');
  await remove('k');
  await expect(cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject({
    name: 'NotFound',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(read('k', 'nonsense')).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('versioning that was never set is told from one that is suspended', async () => {
  await cloud.client.send(new CreateBucketCommand({ Bucket: `${Bucket}-plain` }));
  const plain = await cloud.client.send(new GetBucketVersioningCommand({ Bucket: `${Bucket}-plain` }));
  expect(plain.Status).toBeUndefined();
  await setVersioning('Suspended');
  expect((await cloud.client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
});
