import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startS3, type TestCloud } from './cloud.ts';

const Bucket = 'forms';
let cloud: TestCloud;
let uploader: S3Client;

beforeAll(async () => {
  cloud = await startS3();
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  const { arn } = cloud.iam.roles.create({
    name: 'uploader',
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
        Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/users/*` }],
      },
    },
  });
  const { endpoint } = cloud.gateway;
  uploader = new S3Client({ endpoint, region: 'us-east-1', credentials: cloud.iam.credentialsFor(arn) });
});
afterAll(async () => {
  uploader.destroy();
  await cloud.stop();
});

type Form = Partial<Omit<PresignedPostOptions, 'Bucket'>>;
const sign = (options: Form = {}, client = uploader): Promise<PresignedPost> =>
  createPresignedPost(client, { Bucket, Key: 'users/amy/${filename}', Expires: 60, ...options });

type Posted = { status: number; headers: Headers; body: string };
async function post(
  { url, fields }: PresignedPost,
  {
    extra = {},
    file = 'picture',
    name = 'a b+ü.txt',
  }: { extra?: Record<string, string>; file?: string; name?: string } = {},
): Promise<Posted> {
  const form = new FormData();
  for (const [field, value] of Object.entries({ ...fields, ...extra })) form.append(field, value);
  form.append('file', new Blob([file]), name);
  const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
}
test('a form that is signed by signature version 2, as boto3 does by default, is told so', async () => {
  const { url } = await sign();
  const fields = { key: 'users/amy/k', AWSAccessKeyId: 'local', policy: 'e30=', signature: 'x' };
  const { status, body } = await post({ url, fields });
  expect([status, body]).toEqual([400, expect.stringContaining('Please use AWS4-HMAC-SHA256')]);
});

const codeOf = ({ body }: Posted): string | undefined => /<Code>(\w+)</.exec(body)?.[1];

describe('a form', () => {
  test('uploads under the name of its file, with what its fields say of the object', async () => {
    const signed = await sign({
      Fields: { 'Content-Type': 'text/plain', 'x-amz-meta-album': 'summer' },
      Conditions: [
        ['starts-with', '$Content-Type', 'text/'],
        ['content-length-range', 1, 1000],
      ],
    });
    const { status, headers } = await post(signed);
    expect(status).toBe(204);
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(headers.get('location')).toBe(`${cloud.gateway.endpoint}/${Bucket}/users/amy/a%20b%2B%C3%BC.txt`);
    const got = await cloud.client.send(new GetObjectCommand({ Bucket, Key: 'users/amy/a b+ü.txt' }));
    expect(await got.Body?.transformToString()).toBe('picture');
    expect([got.ContentType, got.Metadata]).toEqual(['text/plain', { album: 'summer' }]);
    expect(cloud.observed).toContainEqual(expect.objectContaining({ event: 'ObjectCreated:Post' }));
  });

  test('is answered as it asks: with a document, with nothing, or by another page', async () => {
    const document = await post(await sign({ Fields: { success_action_status: '201' } }), { name: 'k' });
    expect(document.status).toBe(201);
    expect(document.body).toContain(`<Bucket>${Bucket}</Bucket><Key>users/amy/k</Key>`);
    expect((await post(await sign({ Fields: { success_action_status: '200' } }))).status).toBe(200);
    expect((await post(await sign({ Fields: { success_action_status: '418' } }))).status).toBe(204);
    const next = await sign({ Fields: { success_action_redirect: 'http://127.0.0.1:1/done?a=1' } });
    const redirected = await post(next, { name: 'k' });
    const to = new URL(redirected.headers.get('location') ?? '');
    expect([redirected.status, to.pathname]).toEqual([303, '/done']);
    expect(Object.fromEntries(to.searchParams)).toMatchObject({ a: '1', bucket: Bucket, key: 'users/amy/k' });
  });

  test('brings tags where the signer may set them', async () => {
    const tagging = '<Tagging><TagSet><Tag><Key>kind</Key><Value>photo</Value></Tag></TagSet></Tagging>';
    const signed = await sign({ Fields: { tagging } });
    expect(codeOf(await post(signed))).toBe('AccessDenied');
    expect((await post(await sign({ Fields: { tagging } }, cloud.client), { name: 't' })).status).toBe(204);
    const { TagSet } = await cloud.client.send(new GetObjectTaggingCommand({ Bucket, Key: 'users/amy/t' }));
    expect(TagSet).toEqual([{ Key: 'kind', Value: 'photo' }]);
  });
});

describe('a form is refused', () => {
  test('when its policy has expired', async () => {
    const late = await post(await sign({ Expires: -1 }));
    expect([late.status, codeOf(late)]).toEqual([403, 'AccessDenied']);
    expect(late.body).toContain('Policy expired');
  });

  test('when a field is another than its condition says', async () => {
    const signed = await sign({ Fields: { 'Content-Type': 'image/png' } });
    const changed = await post(signed, { extra: { 'Content-Type': 'text/html' } });
    expect(changed.body).toContain('Policy Condition failed: {&quot;Content-Type&quot;:&quot;image/png&quot;}');
    const elsewhere = await post(signed, { extra: { key: 'users/bob/x' } });
    expect(elsewhere.body).toContain('[&quot;starts-with&quot;,&quot;$key&quot;,&quot;users/amy/&quot;]');
  });

  test('when it holds a field that the policy does not know, unless that is to be ignored', async () => {
    const signed = await sign();
    expect((await post(signed, { extra: { 'x-amz-meta-a': '1' } })).body).toContain('Extra input fields: x-amz-meta-a');
    expect((await post(signed, { extra: { 'x-ignore-me': '1' } })).status).toBe(204);
  });

  test('when its file is too large or too small', async () => {
    const signed = await sign({ Conditions: [['content-length-range', 2, 4]] });
    const large = await post(signed, { file: '12345' });
    expect([large.status, codeOf(large)]).toEqual([400, 'EntityTooLarge']);
    expect(large.body).toContain('<MaxSizeAllowed>4</MaxSizeAllowed>');
    expect(codeOf(await post(signed, { file: '1' }))).toBe('EntityTooSmall');
    expect((await post(signed, { file: '1234' })).status).toBe(204);
  });

  test('when policy or signature were changed, be the signer a role or the well-known keys', async () => {
    for (const client of [uploader, cloud.client]) {
      const signed = await sign({}, client);
      const widened = JSON.stringify({
        expiration: '2100-01-01T00:00:00Z',
        conditions: [['starts-with', '$key', '']],
      });
      const policy = Buffer.from(widened).toString('base64');
      expect(codeOf(await post(signed, { extra: { Policy: policy } }))).toBe('SignatureDoesNotMatch');
    }
  });

  test('when its signer may not upload there, whatever the policy says', async () => {
    const beyond = await sign({ Key: 'private/x' });
    const { status, body } = await post(beyond);
    expect([status, body.includes('s3:PutObject on resource: arn:aws:s3:::forms/private/x')]).toEqual([403, true]);
  });

  test('when it is no form, has no key or no file, or breaks off', async () => {
    const url = `${cloud.gateway.endpoint}/${Bucket}`;
    const raw = async (body: string, type = 'multipart/form-data; boundary=b') => {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-type': type } });
      return [answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]];
    };
    const part = (name: string, more = '') =>
      `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\nv\r\n`;
    expect(await raw('a=b', 'application/x-www-form-urlencoded')).toEqual([412, 'PreconditionFailed']);
    expect(await raw(`${part('key')}--b--\r\n`)).toEqual([400, 'InvalidArgument']);
    expect(await raw(`${part('file', '; filename="f"')}${part('key')}--b--\r\n`)).toEqual([400, 'InvalidArgument']);
    expect(await raw(part('file', '; filename="f"').slice(0, -8))).toEqual([400, 'MalformedPOSTRequest']);
    expect(await raw('x', 'multipart/form-data')).toEqual([400, 'MalformedPOSTRequest']);
    // Nobody has signed it.
    expect(await raw(`${part('key')}${part('file', '; filename="f"')}--b--\r\n`)).toEqual([403, 'AccessDenied']);
  });

  test('when it asks for what is not implemented, by name', async () => {
    const signed = await sign({ Fields: { 'x-amz-storage-class': 'GLACIER' } });
    const { status, body } = await post(signed);
    expect([status, body.includes('the storage class GLACIER')]).toEqual([501, true]);
    await expect(cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'users/amy/GLACIER' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});
