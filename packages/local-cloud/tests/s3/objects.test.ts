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
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'photos';
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => cloud.stop());

const put = (Key: string, Body: string | Uint8Array = Key) =>
  cloud.client.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (Key: string): Promise<string | undefined> =>
  (await cloud.client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('an object', () => {
  test('comes back as it was put, with its headers and metadata', async () => {
    const { client } = cloud;
    const made = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'a.jpg',
        Body: 'hello',
        ContentType: 'image/jpeg',
        CacheControl: 'private, max-age=1',
        Metadata: { camera: 'X100' },
      }),
    );
    expect(made.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(made.ChecksumCRC32).toBe('NhCmhg==');
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a.jpg' }));
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got).toMatchObject({
      ContentType: 'image/jpeg',
      CacheControl: 'private, max-age=1',
      ContentLength: 5,
      Metadata: { camera: 'X100' },
      ETag: made.ETag,
      ServerSideEncryption: 'AES256',
    });
    expect(got.VersionId).toBeUndefined();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a.jpg', ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: 5, ETag: made.ETag, ChecksumCRC32: 'NhCmhg==' });
  });

  test('can be streamed in, as aws-chunked with a trailing checksum', async () => {
    const bytes = Buffer.alloc(300_000, 'abc');
    const chunks = [bytes.subarray(0, 100_000), bytes.subarray(100_000)];
    await cloud.client.send(
      new PutObjectCommand({ Bucket, Key: 'streamed', Body: Readable.from(chunks), ContentLength: bytes.length }),
    );
    const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'streamed' }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    expect(got.ContentEncoding).toBeUndefined();
  });

  test('is refused where its bytes are not those of its checksum', async () => {
    const wrong = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'hello', ChecksumCRC32: 'AAAAAA==' });
    await expect(cloud.client.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(read('wrong')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('is copied with its headers, or with others', async () => {
    await cloud.client.send(
      new PutObjectCommand({ Bucket, Key: 'from', Body: 'copy me', ContentType: 'text/plain', Metadata: { a: '1' } }),
    );
    const CopySource = `${Bucket}/from`;
    await cloud.client.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    const copied = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'to' }));
    expect(await copied.Body?.transformToString()).toBe('copy me');
    expect(copied).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });

    await cloud.client.send(
      new CopyObjectCommand({ Bucket, Key: 'to', CopySource, MetadataDirective: 'REPLACE', ContentType: 'text/html' }),
    );
    const replaced = await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'to' }));
    expect(replaced).toMatchObject({ ContentType: 'text/html', Metadata: {} });
  });

  test('is gone after it was deleted, and deleting it again is no error', async () => {
    await put('gone');
    await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await expect(read('gone')).rejects.toMatchObject({
      name: 'NoSuchKey',
      Key: 'gone',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'gone' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('is deleted together with others, keys in XML', async () => {
    const keys = ['x/&<>.jpg', 'x/new\nline', 'x/"quoted"'];
    for (const key of keys) await put(key);
    const { Deleted, Errors } = await cloud.client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(keys);
    expect(Errors).toBeUndefined();
    const left = await cloud.client.send(new ListObjectsV2Command({ Bucket, Prefix: 'x/' }));
    expect(left.KeyCount).toBe(0);
  });
});
