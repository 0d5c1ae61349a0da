import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from '@jest/globals';
import { bytesUpload, upload } from '../../../../commands/shared/upload.ts';

let server: Server | undefined;
afterEach(() => {
  server?.close();
});

/** An S3 that gives these answers, one after another, and then the last one for ever. */
async function s3That(...answers: { status: number; code?: string }[]) {
  let asked = 0;
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status, code } = answers[Math.min(asked++, answers.length - 1)] ?? { status: 200 };
      response.writeHead(status, { etag: '"e"', 'x-amz-version-id': `v${String(asked)}` });
      response.end(code === undefined ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
    });
  });
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  const silent = (): void => undefined;
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
  return { s3, asked: () => asked };
}

const picture = bytesUpload(new Uint8Array(100), 'a.jpg', 'users/demo/a.jpg');

test('an upload that S3 had trouble with is done again, and counted once', async () => {
  const { s3 } = await s3That(
    { status: 503, code: 'SlowDown' },
    { status: 500, code: 'InternalError' },
    { status: 200 },
  );
  let bytes = 0;
  const done = await upload(s3, 'uploads', picture, (more) => (bytes += more));
  expect(done).toMatchObject({ eTag: '"e"', versionId: 'v3' });
  expect(bytes).toBe(100);
});

test('an upload that S3 refuses is not', async () => {
  const { s3, asked } = await s3That({ status: 403, code: 'AccessDenied' });
  await expect(upload(s3, 'uploads', picture, () => undefined)).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(asked()).toBe(1);
});
