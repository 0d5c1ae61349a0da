import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  SelectObjectContentCommand,
  type BucketLocationConstraint,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'refusing';
/** Of a key that is nobody's, so that no signature is checked. */
const signed = {
  authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
});
afterAll(() => cloud.stop());

describe('what is not implemented is refused by name', () => {
  test('operations', async () => {
    const { client } = cloud;
    const named = (operation: string) => ({
      name: 'NotImplemented',
      message: expect.stringContaining(`s3:${operation}`),
    });
    await expect(client.send(new GetBucketAclCommand({ Bucket }))).rejects.toMatchObject(named('GetBucketAcl'));
    await expect(client.send(new RestoreObjectCommand({ Bucket, Key: 'k' }))).rejects.toMatchObject(
      named('RestoreObject'),
    );
    const select = new SelectObjectContentCommand({
      Bucket,
      Key: 'k',
      Expression: 'x',
      ExpressionType: 'SQL',
      InputSerialization: {},
      OutputSerialization: {},
    });
    await expect(client.send(select)).rejects.toMatchObject(named('SelectObjectContent'));
  });

  test.each([
    [{ StorageClass: 'GLACIER' }, 'storage class GLACIER'],
    [{ ServerSideEncryption: 'aws:kms' }, 'encryption aws:kms'],
    [{ SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'x'.repeat(32) }, 'x-amz-server-side-encryption-customer'],
    [{ ObjectLockLegalHoldStatus: 'ON' }, 'x-amz-object-lock-legal-hold'],
    [{ WebsiteRedirectLocation: '/x' }, 'x-amz-website-redirect-location'],
  ] as [Partial<PutObjectCommandInput>, string][])('an upload with %j', async (extra, what) => {
    const put = cloud.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ...extra }));
    await expect(put).rejects.toMatchObject({ name: 'NotImplemented', message: expect.stringContaining(what) });
  });

  test('parameters that no operation reads', async () => {
    const answer = await fetch(`${cloud.gateway.endpoint}/${Bucket}/k?surprise=1`);
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('the parameter surprise of s3:GetObject');
  });

  test('elements that no operation reads', async () => {
    const VersioningConfiguration = { Status: 'Enabled', MFADelete: 'Disabled' } as const;
    const put = cloud.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await expect(put).rejects.toMatchObject({ message: expect.stringContaining('MfaDelete') });
  });
});

describe('what AWS refuses is refused in its words', () => {
  test('ACLs, where the owner of the bucket owns all', async () => {
    const put = cloud.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'public-read' }));
    await expect(put).rejects.toMatchObject({ name: 'AccessControlListNotSupported' });
    await cloud.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ACL: 'bucket-owner-full-control' }));
  });

  test.each(['Upper', 'ab', 'a..b', '-a-', '127.0.0.1', 'under_score'])('the bucket name %s', async (name) => {
    await expect(cloud.s3.createBucket(name)).rejects.toMatchObject({ code: 'InvalidBucketName' });
  });

  test('a bucket that is not there', async () => {
    await expect(cloud.client.send(new HeadBucketCommand({ Bucket: 'absent' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(cloud.client.send(new GetObjectCommand({ Bucket: 'absent', Key: 'k' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  test.each([
    ['us-east-1', 'InvalidLocationConstraint'],
    ['mars-1', 'InvalidLocationConstraint'],
    ['', 'InvalidLocationConstraint'],
    ['eu-central-1', 'IllegalLocationConstraintException'],
    ['EU', 'IllegalLocationConstraintException'],
  ])('a bucket whose location is said to be %j', async (location, name) => {
    const LocationConstraint = location as BucketLocationConstraint;
    const made = new CreateBucketCommand({ Bucket: 'located', CreateBucketConfiguration: { LocationConstraint } });
    await expect(cloud.client.send(made)).rejects.toMatchObject({ name });
    expect(cloud.s3.buckets.has('located')).toBe(false);
  });

  test('a bucket whose configuration is not what its digest says', async () => {
    const headers = { ...signed, 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    const made = await fetch(`${cloud.gateway.endpoint}/digested`, { method: 'PUT', body: '<a/>', headers });
    expect([made.status, await made.text()]).toEqual([400, expect.stringContaining('<Code>BadDigest</Code>')]);
  });

  test('a path that is no UTF-8', async () => {
    const answer = await fetch(`${cloud.gateway.endpoint}/${Bucket}/%FF`);
    expect([answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]]).toEqual([400, 'InvalidURI']);
  });
});

describe('a bucket that its owner makes again', () => {
  test('is there and stays as it is, in us-east-1', async () => {
    const { createdAt } = cloud.s3.buckets.get(Bucket);
    const again = await cloud.client.send(new CreateBucketCommand({ Bucket }));
    expect([again.$metadata.httpStatusCode, again.Location]).toEqual([200, `/${Bucket}`]);
    expect(cloud.s3.buckets.get(Bucket).createdAt).toBe(createdAt);
    expect(await (await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Body?.transformToString()).toBe(
      'x',
    );
    const tagged = { Tags: [{ Key: 'a', Value: 'b' }] };
    await expect(
      cloud.client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: tagged })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('is an error everywhere else, and for a stack', async () => {
    const elsewhere = await startS3({ region: 'eu-central-1' });
    const LocationConstraint = 'eu-central-1';
    const make = () =>
      elsewhere.client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    await make();
    await expect(make()).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    await elsewhere.stop();
    await expect(cloud.s3.createBucket(Bucket)).rejects.toMatchObject({ code: 'BucketAlreadyOwnedByYou' });
  });
});

test('buckets are listed, and tell where they are', async () => {
  const { Buckets = [] } = await cloud.client.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual([Bucket]);
  expect((await cloud.client.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBeUndefined();
});

test('a bucket is also found by the name of the host', async () => {
  const { port } = cloud.gateway;
  for (const host of [`${Bucket}.localhost`, `${Bucket}.s3.localhost`, `${Bucket}.s3.us-east-1.localhost`]) {
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${String(port)}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    // Not every machine resolves names below localhost, so the header alone is changed.
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { headers: Record<string, string>; path: string };
        request.headers.host = `${host}:${String(port)}`;
        request.path = request.path.replace(`/${Bucket}`, '');
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    expect(await got.Body?.transformToString()).toBe('x');
    client.destroy();
  }
});
