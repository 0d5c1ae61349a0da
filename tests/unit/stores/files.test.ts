import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';

import { files } from '../../../functions/shared/stores/files.ts';
import { answering, type Answer } from './answering.ts';

function bucket(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  return { sent, ...files(new S3Client(client), 'a-bucket') };
}

test('a file is put as it is, and its ETag is told', async () => {
  const { putFile, sent } = bucket({ headers: { etag: '"abc"' } });
  expect(await putFile('d-1/8/alpha.png', Buffer.from('bytes'))).toEqual({ eTag: '"abc"' });
  expect(sent).toMatchObject([{ method: 'PUT', path: '/d-1/8/alpha.png', body: 'bytes' }]);
});

test('a file is read whole', async () => {
  const { readFile } = bucket({ body: 'bytes' });
  expect(Buffer.from((await readFile('a-key')) ?? []).toString()).toBe('bytes');
});

test('with a file comes what browsers are told of it', async () => {
  const { readObject } = bucket({
    body: 'bytes',
    headers: { 'content-type': 'image/webp', 'cache-control': 'private' },
  });
  expect(await readObject('a-key')).toMatchObject({ contentType: 'image/webp', cacheControl: 'private' });
});

test('a file that is not there is undefined, and one that may not be read is an error', async () => {
  const xml = (code: string) => ({
    headers: { 'content-type': 'application/xml' },
    body: `<Error><Code>${code}</Code><Message>no</Message></Error>`,
  });
  expect(await bucket({ status: 404, ...xml('NoSuchKey') }).readFile('a-key')).toBeUndefined();
  await expect(bucket({ status: 403, ...xml('AccessDenied') }).readFile('a-key')).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});
