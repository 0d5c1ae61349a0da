import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';

import { originals } from '../../../functions/shared/stores/originals.ts';
import { answering, type Answer } from './answering.ts';

const image = { bucket: 'uploads', key: 'users/mona/a+b c.jpg' };
const unversioned = {
  etag: '"abc"',
  'content-length': '1234',
  'last-modified': 'Fri, 01 May 2026 12:30:00 GMT',
};
const described = { headers: { ...unversioned, 'x-amz-version-id': 'v1' } };
const version = { eTag: '"abc"', versionId: 'v1', size: 1234, uploadedAt: '2026-05-01T12:30:00.000Z' };

function bucket(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  return { sent, ...originals(new S3Client(client)) };
}

describe('headOriginal', () => {
  test('tells the version that the bucket holds', async () => {
    const { headOriginal, sent } = bucket(described);
    expect(await headOriginal(image)).toEqual(version);
    expect(sent).toMatchObject([{ method: 'HEAD', path: '/users/mona/a%2Bb%20c.jpg' }]);
  });

  test('knows no version id in a bucket without versions, nor in one whose versions are suspended', async () => {
    const suspended = { ...unversioned, 'x-amz-version-id': 'null' };
    for (const headers of [unversioned, suspended]) {
      const found = await bucket({ headers }).headOriginal(image);
      expect(found).toEqual({ eTag: '"abc"', size: 1234, uploadedAt: '2026-05-01T12:30:00.000Z' });
      expect(found).not.toHaveProperty('versionId');
    }
  });

  test('finds nothing where S3 answers 404, as it does for a delete marker', async () => {
    expect(await bucket({ status: 404 }).headOriginal(image)).toBeUndefined();
    expect(
      await bucket({ status: 404, headers: { 'x-amz-delete-marker': 'true' } }).headOriginal(image),
    ).toBeUndefined();
  });

  test.each([400, 403, 500, 503])('throws for a %i: not to know is not to find nothing', async (status) => {
    await expect(bucket({ status }).headOriginal(image)).rejects.toMatchObject({
      name: 'TransientError',
      message: expect.stringMatching(`HeadObject with ${status}.*: s3://uploads/users/mona/a\\+b c.jpg$`),
    });
  });

  test('throws when S3 cannot be reached', async () => {
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const { headOriginal, sent } = bucket(reset);
    await expect(headOriginal(image)).rejects.toThrow('ECONNRESET');
    expect(sent).toHaveLength(2);
  });

  test('throws when S3 tells too little to know the version by', async () => {
    await expect(bucket({}).headOriginal(image)).rejects.toThrow('s3://uploads/users/mona/a+b c.jpg');
  });

  test.each([
    ['..//x.jpg', '/..//x.jpg'],
    ['/leading.jpg', '//leading.jpg'],
    ['%41.jpg', '/%2541.jpg'],
    ['日本 語.png', '/%E6%97%A5%E6%9C%AC%20%E8%AA%9E.png'],
    ['line\nfeed\\.jpg', '/line%0Afeed%5C.jpg'],
    ["it's (1)*!.jpg", '/it%27s%20%281%29%2A%21.jpg'],
  ])('asks for the key %j under its own path', async (key, path) => {
    const { headOriginal, sent } = bucket(described);
    await headOriginal({ ...image, key });
    expect(sent[0]?.path).toBe(path);
  });
});

describe('readOriginal', () => {
  test('reads the bytes on condition that the version is still the latest', async () => {
    const bytes = Uint8Array.from([0xff, 0xd8, 0x00, 0x0a]);
    const { readOriginal, sent } = bucket({ headers: { 'content-length': '4' }, body: bytes });
    expect(await readOriginal(image, version)).toEqual(bytes);
    expect(sent).toMatchObject([{ method: 'GET', headers: { 'if-match': '"abc"' } }]);
    // A version can be read by its id long after it was overwritten.
    expect(sent[0]?.query).not.toContain('versionId');
  });

  test('reads an empty object', async () => {
    expect(await bucket({ body: '' }).readOriginal(image, version)).toHaveLength(0);
  });

  test.each([404, 412])('says that it changed where S3 answers %i', async (status) => {
    expect(await bucket({ status }).readOriginal(image, version)).toBe('changed');
  });

  test.each([403, 500])('throws for a %i', async (status) => {
    await expect(bucket({ status }).readOriginal(image, version)).rejects.toMatchObject({
      $metadata: { httpStatusCode: status },
    });
  });
});
