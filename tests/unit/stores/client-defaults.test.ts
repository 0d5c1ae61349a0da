import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';

import { clientDefaults } from '../../../functions/shared/stores/client-defaults.ts';
import { originals } from '../../../functions/shared/stores/originals.ts';

const image = { bucket: 'uploads', key: 'a.jpg' };
const version = { eTag: '"abc"', size: 1_000, uploadedAt: '2026-05-01T12:30:00.000Z' };

/** The defaults as they are, but for one of the timeouts, against a server that behaves like this. */
async function against(
  listener: RequestListener,
  timeout: keyof typeof clientDefaults.requestHandler,
  work: (store: ReturnType<typeof originals>) => Promise<void>,
) {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const s3 = new S3Client({
    ...clientDefaults,
    maxAttempts: 2,
    // What is not set stays unset, or the test would set it.
    requestHandler: {
      ...clientDefaults.requestHandler,
      ...(clientDefaults.requestHandler[timeout] && { [timeout]: 100 }),
    },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    await work(originals(s3));
  } finally {
    s3.destroy();
    server.closeAllConnections();
    server.close();
  }
}

test('a service that never answers is tried again, and then is an error', async () => {
  let requests = 0;
  const silent = () => {
    requests++;
  };
  await against(silent, 'requestTimeout', async ({ headOriginal }) => {
    await expect(headOriginal(image)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
  expect(requests).toBe(2);
});

test('a body that stops coming is an error', async () => {
  const stalls: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': '1000', etag: '"abc"' }).write('the beginning');
  };
  await against(stalls, 'socketTimeout', async ({ readOriginal }) => {
    await expect(readOriginal(image, version)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

test('a body that breaks off is an error, never a shorter image', async () => {
  const breaks: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': '1000', etag: '"abc"' });
    response.write('the beginning', () => response.destroy());
  };
  await against(breaks, 'socketTimeout', async ({ readOriginal }) => {
    await expect(readOriginal(image, version)).rejects.toThrow();
  });
});

test('time is set for every stage of a request, and each is tried several times', () => {
  expect(clientDefaults).toMatchObject({
    retryMode: 'standard',
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, socketTimeout: 5_000 },
  });
});
