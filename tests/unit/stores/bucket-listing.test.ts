import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';

import { bucketListing } from '../../../functions/shared/stores/bucket-listing.ts';
import { answering, type Answer } from './answering.ts';

function s3(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  return { sent, ...bucketListing(new S3Client(client)) };
}

function page(keys: string[], isTruncated: boolean): Answer {
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>2026-05-01T12:30:00.000Z</LastModified><ETag>&quot;a&quot;</ETag></Contents>`,
  );
  return {
    headers: { 'content-type': 'application/xml' },
    body: `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated><EncodingType>url</EncodingType>${contents.join('')}</ListBucketResult>`,
  };
}

describe('listObjects', () => {
  test('gives what lies there, with keys as they are, and the key after which it goes on', async () => {
    const { listObjects, sent } = s3(page(['a+b%2Bc.jpg', '%E6%97%A5%0A.png'], true));

    expect(await listObjects('uploads', undefined)).toEqual({
      items: [
        { key: 'a b+c.jpg', eTag: '"a"', lastModified: '2026-05-01T12:30:00.000Z' },
        { key: '日\n.png', eTag: '"a"', lastModified: '2026-05-01T12:30:00.000Z' },
      ],
      next: '日\n.png',
    });
    expect(sent[0]?.query).toContain('encoding-type=url');
    expect(sent[0]?.query).not.toContain('start-after');
  });

  test('goes on after a key, and says when it has come to the end', async () => {
    const { listObjects, sent } = s3(page([], false));

    expect(await listObjects('uploads', 'a b+c.jpg')).toEqual({ items: [] });
    expect(new URLSearchParams(sent[0]?.query).get('start-after')).toBe('a b+c.jpg');
  });
});

describe('hasObject', () => {
  test('tells what is there from what is not, and throws where S3 does not say', async () => {
    expect(await s3({}).hasObject('thumbnails', 'k')).toBe(true);
    expect(await s3({ status: 404 }).hasObject('thumbnails', 'k')).toBe(false);
    await expect(s3({ status: 403 }).hasObject('thumbnails', 'k')).rejects.toThrow(/403.*: s3:\/\/thumbnails\/k$/);
  });
});
