import { createHash, createHmac } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'streams';
let cloud: TestCloud;
let credentials: { accessKeyId: string; secretAccessKey: string };
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  const { arn } = cloud.iam.roles.create({
    name: 'streamer',
    path: '/',
    maxSessionDuration: 3600,
    tags: {},
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: {
      only: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] },
    },
  });
  credentials = cloud.iam.credentialsFor(arn);
});
afterAll(() => cloud.stop());

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Signs and sends a body in chunks, as the AWS SDK for Java does over HTTP; `tamper` changes it on its way. */
async function putStream(
  chunks: readonly string[],
  { trailer, tamper = (body) => body }: { trailer?: string; tamper?: (body: string) => string } = {},
): Promise<{ status: number; body: string }> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  const payload = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? '' : '-TRAILER'}`;
  const length = chunks.join('').length;
  const headers: Record<string, string> = {
    host: new URL(cloud.gateway.endpoint).host,
    'x-amz-content-sha256': payload,
    'x-amz-date': date,
    'x-amz-decoded-content-length': String(length),
    ...(trailer !== undefined && { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
  };
  const signedHeaders = Object.keys(headers).sort();
  const canonical = [
    'PUT',
    `/${Bucket}/k`,
    '',
    ...signedHeaders.map((name) => `${name}:${headers[name] ?? ''}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
  let signature = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`;
  let body = '';
  for (const chunk of [...chunks, '']) {
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', date, scope, signature, sha256(''), sha256(chunk)].join('\n');
    signature = hmac(key, text).toString('hex');
    body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`;
  }
  if (trailer !== undefined) {
    const text = ['AWS4-HMAC-SHA256-TRAILER', date, scope, signature, sha256(`${trailer}\n`)].join('\n');
    body += `${trailer}\r\nx-amz-trailer-signature:${hmac(key, text).toString('hex')}\r\n`;
  }
  const answer = await fetch(`${cloud.gateway.endpoint}/${Bucket}/k`, {
    method: 'PUT',
    headers: { ...headers, authorization },
    body: tamper(`${body}\r\n`),
  });
  return { status: answer.status, body: await answer.text() };
}

test('a stream whose chunks are all signed is taken, with a signed trailer too', async () => {
  const chunks = ['a'.repeat(8192), 'b'.repeat(8192), 'the rest'];
  expect(await putStream(chunks)).toEqual({ status: 200, body: '' });
  const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  expect(await got.Body?.transformToString()).toBe(chunks.join(''));
  expect(await putStream(['hello'], { trailer: 'x-amz-checksum-crc32:NhCmhg==' })).toEqual({ status: 200, body: '' });
});

test.each([
  ['a changed byte', (body: string) => body.replace('hello', 'hallo')],
  ['a chunk left out', (body: string) => body.replace(/^5;.*?\r\nhello\r\n/s, '')],
  ['a signature left out', (body: string) => body.replace(/;chunk-signature=\w+/, '')],
])('%s in a signed stream is found out', async (_what, tamper) => {
  const { status, body } = await putStream(['hello', 'world'], { tamper });
  expect([status, /<Code>(\w+)</.exec(body)?.[1]]).toEqual([403, 'SignatureDoesNotMatch']);
});

test('a changed trailer is found out', async () => {
  const tamper = (body: string) => body.replace('NhCmhg==', 'AAAAAA==');
  const { body } = await putStream(['hello'], { trailer: 'x-amz-checksum-crc32:NhCmhg==', tamper });
  expect(body).toContain('<Code>SignatureDoesNotMatch</Code>');
});
