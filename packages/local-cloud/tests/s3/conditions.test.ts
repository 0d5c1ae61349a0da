import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'conditional';
const Key = 'digits';
let cloud: TestCloud;
let eTag = '';
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  eTag = (await put(Key, '0123456789')).ETag ?? '';
});
afterAll(() => cloud.stop());

type Extra = { IfNoneMatch?: string; IfMatch?: string };
const put = (key: string, Body: string, extra: Extra = {}) =>
  cloud.client.send(new PutObjectCommand({ Bucket, Key: key, Body, ...extra }));
const get = (extra: Partial<GetObjectCommand['input']>) =>
  cloud.client.send(new GetObjectCommand({ Bucket, Key, ...extra }));
const hour = 3_600_000;

describe('a read', () => {
  test('with If-Match answers that object or 412', async () => {
    await expect(get({ IfMatch: eTag })).resolves.toMatchObject({ ETag: eTag });
    await expect(get({ IfMatch: '"other"' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
  });

  test('with If-None-Match or If-Modified-Since answers 304 for what the client has', async () => {
    for (const known of [{ IfNoneMatch: eTag }, { IfModifiedSince: new Date(Date.now() + hour) }]) {
      await expect(get(known)).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    }
    await expect(get({ IfModifiedSince: new Date(Date.now() - hour) })).resolves.toBeDefined();
    await expect(get({ IfUnmodifiedSince: new Date(Date.now() - hour) })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 412 },
    });
  });

  test.each([
    ['bytes=0-0', '0', 'bytes 0-0/10'],
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
  ])('of the range %s gets these bytes', async (Range, bytes, ContentRange) => {
    const got = await get({ Range });
    expect(got.$metadata.httpStatusCode).toBe(206);
    expect(got.ContentRange).toBe(ContentRange);
    expect(await got.Body?.transformToString()).toBe(bytes);
    const head = await cloud.client.send(new HeadObjectCommand({ Bucket, Key, Range }));
    expect(head.ContentLength).toBe(bytes.length);
  });

  test('of a range beyond the end is refused with 416', async () => {
    await expect(get({ Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      $metadata: { httpStatusCode: 416 },
    });
  });

  test('answers with the headers that the caller asks for', async () => {
    const got = await get({ ResponseContentType: 'text/x', ResponseContentDisposition: 'attachment; filename="x"' });
    expect(got).toMatchObject({ ContentType: 'text/x', ContentDisposition: 'attachment; filename="x"' });
  });
});

describe('a write', () => {
  test('with If-None-Match: * happens once', async () => {
    const attempts = await Promise.allSettled(
      ['1', '2', '3', '4'].map((body) => put('once', body, { IfNoneMatch: '*' })),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = attempts.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(reasons.map(({ name }) => name)).toEqual(['PreconditionFailed', 'PreconditionFailed', 'PreconditionFailed']);
  });

  test('with If-Match replaces that object only', async () => {
    const made = await put('replaced', '1');
    await put('replaced', '2', { IfMatch: made.ETag ?? '' });
    await expect(put('replaced', '3', { IfMatch: made.ETag ?? '' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put('absent', '3', { IfMatch: '"x"' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    const removal = new DeleteObjectCommand({ Bucket, Key: 'replaced', IfMatch: made.ETag });
    await expect(cloud.client.send(removal)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});
