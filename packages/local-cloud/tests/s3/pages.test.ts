import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  type CORSRule,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'node:http';
import { startS3, type TestCloud } from './cloud.ts';

const open = 'open-to-all';
const named = 'open-to-one';
const shut = 'no-rules';
let cloud: TestCloud;
let role: S3Client;

beforeAll(async () => {
  cloud = await startS3();
  const rules: Record<string, CORSRule[]> = {
    [open]: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'PUT', 'POST'], AllowedHeaders: ['*'] }],
    [named]: [{ AllowedOrigins: ['https://*.example.com', 'https://*'], AllowedMethods: ['GET', 'PUT', 'POST'] }],
    [shut]: [],
  };
  for (const [Bucket, CORSRules] of Object.entries(rules)) {
    await cloud.client.send(new CreateBucketCommand({ Bucket }));
    await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '<script>', ContentType: 'text/html' }));
    if (CORSRules.length > 0)
      await cloud.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  }
  const allowed = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
  const trusted = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { arn } = cloud.iam.roles.create({
    ...{ name: 'gallery', path: '/', maxSessionDuration: 3600, tags: {}, policies: { allowed } },
    trustPolicy: { Version: '2012-10-17', Statement: [trusted] },
  });
  const credentials = cloud.iam.credentialsFor(arn);
  role = new S3Client({ endpoint: cloud.gateway.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  role.destroy();
  await cloud.stop();
});

const gallery = { origin: 'http://localhost:3000', 'sec-fetch-site': 'cross-site' };
const stranger = { origin: 'https://evil.org', 'sec-fetch-site': 'cross-site' };
const customer = { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' };
const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };

type Answer = { status: number; headers: Record<string, unknown>; body: string };
/** `fetch` would say of itself what only a browser says. */
function ask(method: string, url: string, headers: Record<string, string>, content?: FormData): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const form = content && new Response(content);
    const type = form?.headers.get('content-type');
    const sent = httpRequest(
      url,
      { method, headers: { ...headers, ...(type && { 'content-type': type }) } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      },
    );
    sent.on('error', reject);
    void Promise.resolve(form?.arrayBuffer()).then((bytes) => sent.end(bytes && Buffer.from(bytes)));
  });
}
const get = async (Bucket: string, page: Record<string, string>, by = cloud.client): Promise<Answer> =>
  ask('GET', await getSignedUrl(by, new GetObjectCommand({ Bucket, Key: 'k' })), page);

async function post(Bucket: string, page: Record<string, string>, by = cloud.client): Promise<Answer> {
  const { url, fields } = await createPresignedPost(by, { Bucket, Key: `posted/${String(page.origin)}`, Expires: 60 });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob(['x']), 'x');
  return ask('POST', url, page, form);
}

describe('what anybody could have signed', () => {
  test('is nothing from a stranger’s page, though the bucket is open to all', async () => {
    for (const bucket of [open, named, shut]) {
      for (const page of [stranger, picture, { origin: 'null' }]) {
        expect([bucket, page, (await get(bucket, page)).status]).toEqual([bucket, page, 403]);
        expect([bucket, page, (await post(bucket, page)).status]).toEqual([bucket, page, 403]);
      }
      const { Contents = [] } = await cloud.client.send(new ListObjectsV2Command({ Bucket: bucket }));
      expect(Contents.map(({ Key }) => Key)).toEqual(['k']);
    }
    expect((await get(open, stranger)).body).toContain('keys that every page knows');
  });

  test('lists and makes no bucket from there', async () => {
    const { endpoint } = cloud.gateway;
    const signed = 'X-Amz-Credential=x%2F20260101%2Fus-east-1%2Fs3%2Faws4_request';
    for (const [method, path] of [
      ['GET', '/'],
      ['POST', `/${shut}?delete`],
      ['PUT', '/new-bucket'],
      ['DELETE', `/${shut}`],
    ] as const) {
      const url = `${endpoint}${path}${path.includes('?') ? '&' : '?'}${signed}`;
      expect([path, (await ask(method, url, stranger)).status]).toEqual([path, 403]);
    }
  });

  test('counts from a page on this machine, and from one that the rules name', async () => {
    for (const bucket of [open, named, shut]) expect((await get(bucket, gallery)).status).toBe(200);
    expect((await post(shut, gallery)).status).toBe(204);
    expect((await get(named, customer)).status).toBe(200);
    expect((await post(named, customer)).status).toBe(204);
  });

  test('counts for whoever opens it by hand', async () => {
    expect((await get(shut, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  });
});

test('what only a role can sign counts from every page, as on AWS; CORS decides who reads it', async () => {
  for (const page of [stranger, gallery, customer, picture]) expect((await get(shut, page, role)).status).toBe(200);
  expect((await get(shut, stranger, role)).headers).not.toHaveProperty('access-control-allow-origin');
  expect((await get(open, stranger, role)).headers).toMatchObject({ 'access-control-allow-origin': '*' });
  expect((await post(open, stranger, role)).status).toBe(204);
});

test('an object that is opened as a page speaks for nobody', async () => {
  const opened = await get(shut, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' });
  expect(opened.headers['content-security-policy']).toMatch(/^sandbox (?!.*allow-same-origin)/);
  expect((await get(shut, {})).headers).not.toHaveProperty('content-security-policy');
});
