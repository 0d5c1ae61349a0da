import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startS3 } from './cloud.ts';
import { untilPassing } from '../support/until-passing.ts';

const Bucket = 'kept';
let stateFolder = '';
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 's3-restart-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

test('buckets, objects and unfinished uploads are there again after a restart; stray files are not', async () => {
  const first = await startS3({ stateFolder });
  await first.client.send(new CreateBucketCommand({ Bucket }));
  await first.client.send(new PutObjectCommand({ Bucket, Key: 'new\nline', Body: 'kept', Metadata: { a: 'b' } }));
  await first.client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'gone' }));
  await first.client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
  const { UploadId } = await first.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const at = { Bucket, Key: 'parts', UploadId };
  const { ETag } = await first.client.send(new UploadPartCommand({ ...at, PartNumber: 1, Body: 'part' }));
  await first.stop();
  const blobs = join(stateFolder, 's3', 'blobs');
  writeFileSync(join(blobs, 'stray'), 'left by a crash');

  const second = await startS3({ stateFolder });
  try {
    const got = await second.client.send(new GetObjectCommand({ Bucket, Key: 'new\nline' }));
    expect(await got.Body?.transformToString()).toBe('kept');
    expect(got.Metadata).toEqual({ a: 'b' });
    await expect(second.client.send(new GetObjectCommand({ Bucket, Key: 'gone' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    await second.client.send(
      new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
    );
    const parts = await second.client.send(new GetObjectCommand({ Bucket, Key: 'parts' }));
    expect(await parts.Body?.transformToString()).toBe('part');
    await untilPassing(() => expect(readdirSync(blobs)).toHaveLength(2));
  } finally {
    await second.stop();
  }
});

test('an event that could not be delivered before a stop is delivered after it', async () => {
  const first = await startS3({
    stateFolder,
    deliver: async ({ body }) => {
      if (!body.includes('s3:TestEvent')) throw new Error('the topic is away');
    },
  });
  await first.client.send(new CreateBucketCommand({ Bucket }));
  const events = ['s3:ObjectCreated:*'];
  await first.s3.configureNotifications(Bucket, [
    { id: 'all', destination: 'topic', arn: 'arn:topic', events, prefix: '', suffix: '' },
  ]);
  await first.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  await first.stop();
  expect(first.delivered).toHaveLength(1);

  const second = await startS3({ stateFolder });
  try {
    await untilPassing(() =>
      expect(second.delivered.map(({ body }) => body)).toEqual([expect.stringContaining('"key":"k"')]),
    );
  } finally {
    await second.stop();
  }
});
