import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'guarded';
const objects = `arn:aws:s3:::${Bucket}/*`;
let cloud: TestCloud;
const clients: S3Client[] = [];
let roles = 0;

type WithRole = { client: S3Client; arn: string };

/** A client that has a role with this one statement. */
function withRole(Action: string[], Resource: string | string[], Condition?: object): WithRole {
  const { arn } = cloud.iam.roles.create({
    name: `role-${String(++roles)}`,
    path: '/',
    maxSessionDuration: 3600,
    tags: {},
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: {
      only: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }],
      },
    },
  });
  const client = new S3Client({
    endpoint: cloud.gateway.endpoint,
    region: 'us-east-1',
    credentials: cloud.iam.credentialsFor(arn),
  });
  clients.push(client);
  return { client, arn };
}

const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'a+b c.txt', Body: 'secret' }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await cloud.stop();
});

describe('a role', () => {
  test('may do what its policy says, and nothing else', async () => {
    const { client } = withRole(['s3:GetObject'], objects);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a+b c.txt' }));
    expect(await got.Body?.transformToString()).toBe('secret');
    await expect(client.send(new PutObjectCommand({ Bucket, Key: 'b', Body: 'x' }))).rejects.toMatchObject(denied);
    await expect(client.send(new DeleteObjectCommand({ Bucket, Key: 'a+b c.txt' }))).rejects.toMatchObject(denied);
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied);
  });

  test('learns that a key is missing only if it may list the bucket', async () => {
    const { client: reader } = withRole(['s3:GetObject'], objects);
    await expect(reader.send(new GetObjectCommand({ Bucket, Key: 'missing' }))).rejects.toMatchObject(denied);
    await expect(reader.send(new HeadObjectCommand({ Bucket, Key: 'missing' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    const { client: lister } = withRole(['s3:GetObject', 's3:ListBucket'], [objects, `arn:aws:s3:::${Bucket}`]);
    await expect(lister.send(new GetObjectCommand({ Bucket, Key: 'missing' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });

  test('may list below the prefix of its condition', async () => {
    const condition = { StringLike: { 's3:prefix': 'mine/*' } };
    const { client } = withRole(['s3:ListBucket'], `arn:aws:s3:::${Bucket}`, condition);
    await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'mine/1' }));
    await expect(client.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied);
  });

  test('that signs with a wrong secret is nobody', async () => {
    const { arn } = withRole(['s3:GetObject'], objects);
    const credentials = { ...cloud.iam.credentialsFor(arn), secretAccessKey: 'guessed' };
    const client = new S3Client({ endpoint: cloud.gateway.endpoint, region: 'us-east-1', credentials });
    clients.push(client);
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'a+b c.txt' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });
});

describe('a bucket policy', () => {
  const set = (...Statement: object[]) =>
    cloud.client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );

  test('lets a role in that has no policy for it', async () => {
    const { client, arn } = withRole(['s3:GetObject'], 'arn:aws:s3:::other/*');
    await expect(client.send(new GetObjectCommand({ Bucket, Key: 'a+b c.txt' }))).rejects.toMatchObject(denied);
    await set({ Effect: 'Allow', Principal: { AWS: arn }, Action: 's3:GetObject', Resource: objects });
    await client.send(new GetObjectCommand({ Bucket, Key: 'a+b c.txt' }));
  });

  test('that asks for TLS has it: what stays on the loopback interface counts as secure', async () => {
    const tlsOnly = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${Bucket}`, objects],
      Condition: { Bool: { 'aws:SecureTransport': false } },
    };
    await set(tlsOnly);
    await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'tls', Body: 'x' }));
  });

  test('denies even the root', async () => {
    await set({ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: objects });
    await expect(cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'tls' }))).rejects.toMatchObject(denied);
    const { Policy } = await cloud.client.send(new GetBucketPolicyCommand({ Bucket }));
    expect(Policy).toContain('s3:DeleteObject');
  });

  test('that would open the bucket to everybody is refused, as public access is blocked', async () => {
    const open = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: objects };
    await expect(set(open)).rejects.toMatchObject(denied);
    await set({ ...open, Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } });
  });

  test('that is no policy is refused', async () => {
    await expect(set({ Effect: 'Perhaps' })).rejects.toMatchObject({ name: 'MalformedPolicy' });
  });
});

describe('a presigned URL', () => {
  test('reads and writes with the role of who signed it', async () => {
    const { arn } = withRole(['s3:GetObject', 's3:PutObject'], objects);
    const client = new S3Client({
      endpoint: cloud.gateway.endpoint,
      region: 'us-east-1',
      credentials: cloud.iam.credentialsFor(arn),
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    clients.push(client);
    const Key = 'presigned/日本 語+é.txt';
    const putUrl = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, ContentType: 'text/plain' }));
    const put = await fetch(putUrl, { method: 'PUT', body: 'by browser', headers: { 'content-type': 'text/plain' } });
    expect(put.status).toBe(200);
    const got = await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key })));
    expect(await got.text()).toBe('by browser');
    expect(got.headers.get('content-type')).toBe('text/plain');
  });

  test('of another key, changed, expired or beyond the role is refused', async () => {
    const { client } = withRole(['s3:GetObject'], objects);
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'tls' }));
    const status = async (of: string) => {
      const answer = await fetch(of);
      return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
    };
    expect(await status(url)).toEqual([200, undefined]);
    expect(await status(url.replace('/tls?', '/other?'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await status(`${url}&response-content-type=text%2Fhtml`)).toEqual([403, 'SignatureDoesNotMatch']);
    const old = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'tls' }), {
      expiresIn: 60,
      signingDate: new Date(Date.now() - 61_000),
    });
    expect(await status(old)).toEqual([403, 'AccessDenied']);
    const put = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'x' }));
    expect((await fetch(put, { method: 'PUT', body: '' })).status).toBe(403);
    const added = await fetch(url, { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(await added.text()).toContain('headers present in the request which were not signed');
  });

  test('that the SDK signs by default, with the checksum of no bytes, takes any', async () => {
    const { client } = withRole(['s3:PutObject', 's3:GetObject'], objects);
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'x' }));
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    expect((await fetch(url, { method: 'PUT', body: 'bytes' })).status).toBe(200);
    const got = await fetch(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'x' })));
    expect(await got.text()).toBe('bytes');
    // The checksum is S3's own then, not the one that was signed.
    const head = await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'x', ChecksumMode: 'ENABLED' }));
    expect([head.ChecksumCRC32, head.ChecksumCRC64NVME]).toEqual([undefined, expect.any(String)]);
  });

  test('of a part takes any bytes, too', async () => {
    const { client } = withRole(['s3:PutObject'], objects);
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
    const part = new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1 });
    expect((await fetch(await getSignedUrl(client, part), { method: 'PUT', body: 'bytes' })).status).toBe(200);
  });
});

describe('who does not sign', () => {
  const url = () => `${cloud.gateway.endpoint}/open/k`;
  const allow = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::open/*' }],
  };

  test('is let in by a bucket policy only, where public policies are not blocked', async () => {
    const openings = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false };
    await cloud.s3.createBucket('open', { publicAccessBlock: { ...openings, RestrictPublicBuckets: false } });
    await cloud.client.send(new PutObjectCommand({ Bucket: 'open', Key: 'k', Body: 'x' }));
    expect((await fetch(url())).status).toBe(403);
    expect((await fetch(url(), { method: 'PUT', body: 'y' })).status).toBe(403);
    await cloud.client.send(new PutBucketPolicyCommand({ Bucket: 'open', Policy: JSON.stringify(allow) }));
    expect(await (await fetch(url())).text()).toBe('x');
    expect((await fetch(url(), { method: 'DELETE' })).status).toBe(403);
    cloud.s3.buckets.set('open', { publicAccessBlock: { ...openings, RestrictPublicBuckets: true } });
    expect((await fetch(url())).status).toBe(403);
  });

  test('or signs by signature version 2 (boto3’s presigned URLs by default, s3cmd’s signurl) is told so', async () => {
    for (const [query, headers] of [
      ['?AWSAccessKeyId=test&Signature=x&Expires=2000000000', {}],
      ['', { authorization: 'AWS test:x' }],
    ] as const) {
      const answer = await fetch(`${url()}${query}`, { headers });
      expect(answer.status).toBe(400);
      const body = await answer.text();
      expect(body).toContain('<Code>InvalidRequest</Code>');
      expect(body).toContain('Please use AWS4-HMAC-SHA256');
    }
  });
});

test('a URL that was signed with the well-known keys cannot be changed, one of other keys can: nobody knows their secret', async () => {
  const changed = async (accessKeyId: string, secretAccessKey: string) => {
    const { endpoint } = cloud.gateway;
    const client = new S3Client({ endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
    clients.push(client);
    const signed = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'tls' }));
    expect((await fetch(signed)).status).toBe(200);
    return (await fetch(signed.replace('/tls?', '/a%2Bb%20c.txt?'))).status;
  };
  expect(await changed('test', 'test')).toBe(403);
  expect(await changed('local', 'local')).toBe(403);
  expect(await changed('AKIAIOSFODNN7EXAMPLE', 'whatever')).toBe(200);
});
