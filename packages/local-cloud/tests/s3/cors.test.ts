import {
  CreateBucketCommand,
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type CORSRule,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'pages';
const rules: CORSRule[] = [
  {
    ID: 'uploads',
    AllowedOrigins: ['https://*.example.com', 'http://127.0.0.1:3000'],
    AllowedMethods: ['PUT', 'POST'],
    AllowedHeaders: ['Content-*', 'x-amz-meta-*'],
    ExposeHeaders: ['ETag', 'x-amz-version-id'],
    MaxAgeSeconds: 3000,
  },
  { AllowedOrigins: ['*'], AllowedMethods: ['GET'] },
];
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  await cloud.client.send(new CreateBucketCommand({ Bucket: 'no-cors' }));
  await cloud.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: rules } }));
});
afterAll(() => cloud.stop());

type Asked = { status: number; headers: Headers; body: string };
async function ask(method: string, headers: Record<string, string>, path = `/${Bucket}/k`): Promise<Asked> {
  const answer = await fetch(`${cloud.gateway.endpoint}${path}`, { method, headers });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}
const preflight = (origin: string, method: string, requested?: string, path?: string) =>
  ask(
    'OPTIONS',
    {
      origin,
      'access-control-request-method': method,
      ...(requested !== undefined && { 'access-control-request-headers': requested }),
    },
    path,
  );

test('a configuration is kept as it was given, and goes when it is deleted', async () => {
  expect((await cloud.client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(rules);
  const CORSConfiguration = { CORSRules: rules };
  await cloud.client.send(new PutBucketCorsCommand({ Bucket: 'no-cors', CORSConfiguration }));
  await cloud.client.send(new DeleteBucketCorsCommand({ Bucket: 'no-cors' }));
  await expect(cloud.client.send(new GetBucketCorsCommand({ Bucket: 'no-cors' }))).rejects.toMatchObject({
    name: 'NoSuchCORSConfiguration',
  });
});

test.each([
  [{ AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }, 'Unsupported method is PATCH'],
  [{ AllowedMethods: ['GET'], AllowedOrigins: ['http://*.*'] }, 'can not have more than one wildcard'],
  [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], ExposeHeaders: ['x-*'] }, 'do not support wildcard'],
] as [CORSRule, string][])('the rule %j is refused', async (rule, why) => {
  const put = new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } });
  await expect(cloud.client.send(put)).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: expect.stringContaining(why),
  });
});

describe('a preflight', () => {
  test('is granted by the first rule that fits origin, method and every header', async () => {
    const { status, headers } = await preflight('https://app.example.com', 'PUT', 'content-type, X-Amz-Meta-Owner');
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'PUT, POST',
      'access-control-allow-headers': 'content-type, x-amz-meta-owner',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, x-amz-version-id',
      'access-control-max-age': '3000',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    const anybody = await preflight('https://elsewhere.org', 'GET');
    expect(anybody.headers.get('access-control-allow-origin')).toBe('*');
    expect(anybody.headers.has('access-control-allow-credentials')).toBe(false);
  });

  test('of a presigned URL needs no signature of its own', async () => {
    const signed = `/${Bucket}/k?X-Amz-Credential=ASIAX%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00`;
    expect((await preflight('http://127.0.0.1:3000', 'PUT', undefined, signed)).status).toBe(200);
  });

  test.each([
    ['another origin', 'https://example.com', 'PUT', 'content-type', 'not allowed'],
    ['another method', 'https://app.example.com', 'DELETE', undefined, 'not allowed'],
    ['another header', 'https://app.example.com', 'PUT', 'content-type,authorization', 'not allowed'],
  ])('of %s is refused', async (_what, origin, method, requested, why) => {
    const { status, headers, body } = await preflight(origin, method, requested);
    expect(status).toBe(403);
    expect(body).toContain('<Code>AccessForbidden</Code>');
    expect(body).toContain(why);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  test('of a bucket without rules, or without an origin, is refused and says why', async () => {
    expect((await preflight('http://a', 'GET', undefined, '/no-cors/k')).body).toContain('CORS is not enabled');
    expect((await preflight('http://a', 'GET', undefined, '/absent/k')).body).toContain('Bucket not found');
    expect((await ask('OPTIONS', {})).body).toContain('Origin request header needed');
  });
});

describe('an answer to a page elsewhere', () => {
  test('can be read by it, errors too', async () => {
    await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    const denied = await ask('GET', { origin: 'https://elsewhere.org' });
    expect([denied.status, denied.headers.get('access-control-allow-origin')]).toEqual([403, '*']);
    const credential = `X-Amz-Credential=${encodeURIComponent(cloud.iam.credentialsFor(roleArn()).accessKeyId)}`;
    const forged = await ask(
      'PUT',
      { origin: 'https://a.example.com' },
      `/${Bucket}/k?${credential}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=60`,
    );
    expect([forged.status, forged.headers.get('access-control-allow-origin')]).toEqual([403, 'https://a.example.com']);
  });

  test('says nothing to one that no rule names, nor where nobody asks', async () => {
    expect((await ask('PUT', { origin: 'https://example.com' })).headers.has('access-control-allow-origin')).toBe(
      false,
    );
    expect((await ask('GET', {})).headers.has('access-control-allow-origin')).toBe(false);
  });
});

function roleArn(): string {
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  return cloud.iam.roles.create({
    name: 'page',
    path: '/',
    maxSessionDuration: 3600,
    tags: {},
    trustPolicy,
    policies: {},
  }).arn;
}
