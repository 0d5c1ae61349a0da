import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';

import { outputs } from '../../../functions/shared/stores/outputs.ts';
import { answering, type Answer } from './answering.ts';

function bucket(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  return { sent, ...outputs(new S3Client(client), 'thumbnails') };
}

const deleted = (errors = '') => ({
  headers: { 'content-type': 'application/xml' },
  body: `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${errors}</DeleteResult>`,
});

test('an output is stored as the image that it is, to be kept for ever by whoever reads it', async () => {
  const { putOutput, sent } = bucket({});
  await putOutput('thumbnails/id/attempt/320.webp', {
    width: 320,
    height: 200,
    format: 'webp',
    bytes: Buffer.from('RIFF'),
  });
  expect(sent).toMatchObject([
    {
      method: 'PUT',
      path: '/thumbnails/id/attempt/320.webp',
      headers: { 'content-type': 'image/webp', 'cache-control': 'private, max-age=31536000, immutable' },
      body: 'RIFF',
    },
  ]);
});

test('an output that could not be stored is an error', async () => {
  const { putOutput } = bucket({ status: 503 });
  const output = { width: 1, height: 1, format: 'avif' as const, bytes: new Uint8Array() };
  await expect(putOutput('key', output)).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
});

test('outputs are deleted by one request', async () => {
  const { deleteOutputs, sent } = bucket(deleted());
  await deleteOutputs(['a/1.webp', 'a/2.webp']);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ method: 'POST', query: 'delete=' });
  expect(sent[0]?.body).toContain('<Key>a/1.webp</Key>');
  expect(sent[0]?.body).toContain('<Key>a/2.webp</Key>');
});

test('to delete nothing asks nothing of S3, which would refuse an empty list', async () => {
  const { deleteOutputs, sent } = bucket({ status: 400 });
  await deleteOutputs([]);
  expect(sent).toHaveLength(0);
});

test('more than a thousand are deleted by several requests', async () => {
  const { deleteOutputs, sent } = bucket(deleted());
  await deleteOutputs(Array.from({ length: 2_001 }, (_, n) => `${n}.webp`));
  expect(sent.map(({ body }) => body.match(/<Key>/gu)?.length)).toEqual([1_000, 1_000, 1]);
});

test('what S3 kept, though it answered 200, is an error that names it', async () => {
  const refusal = '<Error><Key>a/2.webp</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
  const { deleteOutputs } = bucket(deleted(refusal));
  await expect(deleteOutputs(['a/1.webp', 'a/2.webp'])).rejects.toThrow(
    'S3 kept 1 of 2 outputs in thumbnails: a/2.webp (AccessDenied: Access Denied)',
  );
});
