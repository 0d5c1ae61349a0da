import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type ChecksumAlgorithm,
  type CompletedPart,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'parts';
const FIVE_MB = 5 * 1024 * 1024;
const first = Buffer.alloc(FIVE_MB, 'one');
const last = Buffer.from('the end');
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.stop());

const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

async function begin(Key: string, options: Partial<CreateMultipartUploadCommand['input']> = {}) {
  const { UploadId } = await cloud.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }));
  const upload = async (PartNumber: number, Body: Buffer, ChecksumAlgorithm?: ChecksumAlgorithm) => {
    const part = await cloud.client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm }),
    );
    return { ...part, PartNumber };
  };
  const complete = (Parts: CompletedPart[]) =>
    cloud.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  return { Key, UploadId, upload, complete };
}

test('an object uploaded in parts is whole, with the ETag of its parts', async () => {
  const { Key, UploadId, upload, complete } = await begin('big', { Metadata: { a: 'b' }, ContentType: 'image/png' });
  const two = await upload(2, last);
  await upload(1, last);
  const one = await upload(1, first);
  const listed = await cloud.client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
  expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, FIVE_MB],
    [2, last.length],
  ]);
  const done = await complete([one, two]);
  const eTag = `"${md5(Buffer.concat([md5(first), md5(last)])).toString('hex')}-2"`;
  expect(done.ETag).toBe(eTag);

  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key }));
  expect(got).toMatchObject({ ETag: eTag, Metadata: { a: 'b' }, ContentType: 'image/png' });
  const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  expect(bytes.equals(Buffer.concat([first, last]))).toBe(true);

  const across = await cloud.client.send(
    new GetObjectCommand({ Bucket, Key, Range: `bytes=${String(FIVE_MB - 2)}-${String(FIVE_MB + 1)}` }),
  );
  expect(await across.Body?.transformToString()).toBe(`${first.subarray(-2).toString()}th`);
  const part = await cloud.client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 2 }));
  expect(part.PartsCount).toBe(2);
  expect(await part.Body?.transformToString()).toBe('the end');
});

test.each([
  ['CRC32', undefined, 'COMPOSITE'],
  ['CRC32', 'FULL_OBJECT', 'FULL_OBJECT'],
  ['CRC32C', undefined, 'COMPOSITE'],
  ['CRC64NVME', undefined, 'FULL_OBJECT'],
  ['SHA1', undefined, 'COMPOSITE'],
  ['SHA256', undefined, 'COMPOSITE'],
] as const)('parts with %s checksums (asked for %s) make one that is %s', async (algorithm, asked, type) => {
  const options = { ChecksumAlgorithm: algorithm, ...(asked && { ChecksumType: asked }) };
  const { Key, upload, complete } = await begin(`sum-${algorithm}-${String(asked)}`, options);
  const parts = [await upload(1, first, algorithm), await upload(2, last, algorithm)];
  const done = await complete(parts);
  expect(done.ChecksumType).toBe(type);
  const head = await cloud.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  const checksum = head[`Checksum${algorithm}`];
  expect(checksum).toBe(done[`Checksum${algorithm}`]);
  expect(checksum?.endsWith('-2')).toBe(type === 'COMPOSITE');
  // The client compares what it reads with the checksum of the whole.
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key }));
  expect((await got.Body?.transformToByteArray())?.length).toBe(FIVE_MB + last.length);
});

test('parts that are too small, missing or out of order are refused', async () => {
  const { upload, complete } = await begin('refused');
  const small = await upload(1, last);
  const two = await upload(2, last);
  await expect(complete([small, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
  await expect(complete([two, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await expect(complete([{ PartNumber: 3, ETag: '"x"' }])).rejects.toMatchObject({ name: 'InvalidPart' });
});

test('a part is copied from an object', async () => {
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
  const { Key, UploadId, complete } = await begin('from-copy');
  const { CopyPartResult } = await cloud.client.send(
    new UploadPartCopyCommand({
      Bucket,
      Key,
      UploadId,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: 'bytes=2-4',
    }),
  );
  await complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body?.transformToString()).toBe('234');
});

test('an upload that is aborted or completed is no more', async () => {
  const { Key, UploadId, upload } = await begin('aborted');
  await upload(1, last);
  const uploads = async () =>
    (await cloud.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))).Uploads ?? [];
  expect(await uploads()).toHaveLength(1);
  await cloud.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  expect(await uploads()).toHaveLength(0);
  await expect(upload(2, last)).rejects.toMatchObject({ name: 'NoSuchUpload' });
});
