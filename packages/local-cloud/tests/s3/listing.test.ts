import { CreateBucketCommand, ListObjectsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes, createSortedKeys } from '../../src/services/s3/sorted-keys.ts';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'listed';
const keys = ['a', 'a/1', 'a/2', 'a/b/3', 'a0', 'b/1', 'b/2', 'c', '\uffee', '😀'];
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  for (const Key of keys) await cloud.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
});
afterAll(() => cloud.stop());

async function listAll(options: { Prefix?: string; Delimiter?: string; StartAfter?: string; MaxKeys: number }) {
  const found: { keys: unknown[]; prefixes: unknown[]; pages: number } = { keys: [], prefixes: [], pages: 0 };
  let ContinuationToken: string | undefined;
  do {
    const page = await cloud.client.send(new ListObjectsV2Command({ Bucket, ...options, ContinuationToken }));
    found.keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    found.prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
    found.pages++;
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

test.each([1, 2, 3, 1000])('a listing in pages of %i is whole and in byte order', async (MaxKeys) => {
  const listed = await listAll({ MaxKeys });
  expect(listed.keys).toEqual(keys);
  expect(listed.pages).toBe(Math.ceil(keys.length / Math.min(MaxKeys, 1000)));
});

test.each([1, 2, 1000])('with a delimiter, keys below it are one common prefix, in pages of %i', async (MaxKeys) => {
  expect(await listAll({ Delimiter: '/', MaxKeys })).toMatchObject({
    keys: ['a', 'a0', 'c', '\uffee', '😀'],
    prefixes: ['a/', 'b/'],
  });
  expect(await listAll({ Delimiter: '/', Prefix: 'a/', MaxKeys })).toMatchObject({
    keys: ['a/1', 'a/2'],
    prefixes: ['a/b/'],
  });
});

test('a listing starts after what it was told', async () => {
  expect((await listAll({ StartAfter: 'a/2', MaxKeys: 2 })).keys).toEqual(keys.slice(3));
  expect((await listAll({ StartAfter: 'a/', Prefix: 'a/', MaxKeys: 9 })).keys).toEqual(['a/1', 'a/2', 'a/b/3']);
});

test('version 1 of the listing goes on from its marker', async () => {
  const first = await cloud.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'a/' });
  const second = await cloud.client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: first.NextMarker }));
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['a0', 'c', '\uffee', '😀']);
  expect(second.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['b/']);
});

test('no more than nothing is listed where nothing is asked for', async () => {
  const none = await cloud.client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
  expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
});

test('keys compare as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

test('sorted keys are what was added and not deleted, in order', () => {
  const unit = fc.constantFrom('a', 'b', 'é', '\uffee', '😀');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.string({ unit, maxLength: 3 }))), (steps) => {
      const sorted = createSortedKeys();
      const model = new Set<string>();
      for (const [adds, key] of steps) {
        if (adds) model.add(key);
        else model.delete(key);
        if (adds) sorted.add(key);
        else sorted.delete(key);
      }
      expect(sorted.toArray()).toEqual([...model].sort(compareBytes));
    }),
  );
});
