import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl, S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { describe, expect, test } from '@jest/globals';

import { LIFETIME } from '../../../functions/shared/gallery/picture-urls.ts';
import { bucketAddress, s3Endpoint } from '../../../functions/shared/stores/bucket-address.ts';
import { originalsRemoval } from '../../../functions/shared/stores/originals-removal.ts';
import { presignedPictures } from '../../../functions/shared/stores/presigned-pictures.ts';
import { uploadForms } from '../../../functions/shared/stores/upload-forms.ts';
import { answering } from './answering.ts';

const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'session/+=' };
const client = { region: 'eu-central-1', credentials };
const now = new Date('2026-12-01T10:20:30.000Z');
const start = new Date('2026-12-01T10:00:00.000Z');
const urlsOf = (endpoint?: string) => presignedPictures(new DynamoDBClient(client).config, 'thumbs', { endpoint })(now);

/** What the SDK's own client would sign. Its two parameters about itself are of no use to S3. */
async function bySdk(key: string, response: object, endpoint?: string): Promise<URL> {
  const s3 = new S3Client({ ...client, ...(endpoint && { endpoint }) });
  const command = new GetObjectCommand({ Bucket: 'thumbs', Key: key, ...response });
  return new URL(await getSignedUrl(s3, command, { expiresIn: LIFETIME / 1_000, signingDate: start }));
}

describe('a presigned picture', () => {
  test.each([undefined, 'http://127.0.0.1:4566'])(
    'is where the SDK would look for it (endpoint %s)',
    async (endpoint) => {
      const key = 'thumbnails/ab/12-3/320.webp';
      const ours = new URL(await urlsOf(endpoint).ofOutput({ key, format: 'webp' }));
      const theirs = await bySdk(
        key,
        { ResponseContentType: 'image/webp', ResponseContentDisposition: 'inline' },
        endpoint,
      );
      expect(ours.origin + ours.pathname).toBe(theirs.origin + theirs.pathname);
      const own = ['X-Amz-Signature', 'x-amz-checksum-mode', 'x-id'];
      const parameters = (url: URL) =>
        Object.fromEntries([...url.searchParams].filter(([name]) => !own.includes(name)));
      expect(parameters(ours)).toEqual(parameters(theirs));
      expect(ours.searchParams.get('X-Amz-Expires')).toBe('7200');
    },
  );

  test('is signed as the SDK signs, whatever its key and name', async () => {
    const key = "users/ann/1/휴가 (1)'s *+&=?#%.jpg";
    const name = '휴가 (1)\'s *+&=?#%".jpg';
    const ours = new URL(await urlsOf().ofOriginal({ bucket: 'thumbs', key }, { name, contentType: 'image/jpeg' }));
    // The same request, signed by the SDK's presigner for S3 without what a client adds about itself.
    const { host, pathname, searchParams } = ours;
    const query = Object.fromEntries([...searchParams].filter(([parameter]) => parameter.startsWith('response-')));
    const presigner = new S3RequestPresigner({ ...new S3Client(client).config });
    const request = { method: 'GET', protocol: 'https:', hostname: host, path: pathname, query, headers: { host } };
    const theirs = await presigner.presign(request, { expiresIn: LIFETIME / 1_000, signingDate: start });
    expect(theirs.path).toBe(pathname);
    expect(Object.fromEntries(searchParams)).toEqual(theirs.query);
    expect((await bySdk(key, {})).pathname).toBe(pathname);
    expect(ours.searchParams.get('response-content-disposition')).toBe(
      `attachment; filename="__ (1)_s ________.jpg"; filename*=UTF-8''%ED%9C%B4%EA%B0%80%20%281%29%27s%20%2A%2B%26%3D%3F%23%25%22.jpg`,
    );
  });

  test('is the same for an hour, and works for another one at least', async () => {
    const key = 'thumbnails/ab/1/320.webp';
    const at = (time: string) => presignedPictures(new DynamoDBClient(client).config, 'thumbs', {})(new Date(time));
    const first = at('2026-12-01T10:00:00.000Z');
    const last = at('2026-12-01T10:59:59.999Z');
    expect(await first.ofOutput({ key, format: 'webp' })).toBe(await last.ofOutput({ key, format: 'webp' }));
    expect([first.expireAt, last.expireAt]).toEqual(['2026-12-01T12:00:00.000Z', '2026-12-01T12:00:00.000Z']);
    expect(await at('2026-12-01T11:00:00.000Z').ofOutput({ key, format: 'webp' })).not.toBe(
      await first.ofOutput({ key, format: 'webp' }),
    );
  });
});

test('buckets are where the SDK has them, in every partition, and where the environment says', () => {
  expect(bucketAddress('b', 'cn-north-1').origin).toBe('https://b.s3.cn-north-1.amazonaws.com.cn');
  expect(s3Endpoint({ AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_S3: 'http://b' }).endpoint).toBe('http://b');
  expect(s3Endpoint({ AWS_ENDPOINT_URL: 'http://a' }).endpoint).toBe('http://a');
  expect(bucketAddress('b', 'us-east-1', s3Endpoint({})).origin).toBe('https://b.s3.us-east-1.amazonaws.com');
});

test('a form is for one key, one type, one size and five minutes', async () => {
  const { signForm } = uploadForms(new S3Client(client), 'uploads');
  const key = 'users/ann/1/사진.png';
  const { url, fields } = await signForm({ key, contentType: 'image/png', size: 12_345 });
  expect(url).toBe('https://uploads.s3.eu-central-1.amazonaws.com/');
  expect(fields).toMatchObject({ key, 'Content-Type': 'image/png', success_action_status: '201' });
  const policy = JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString()) as {
    expiration: string;
    conditions: unknown[];
  };
  expect(policy.conditions).toEqual(
    expect.arrayContaining([
      ['eq', '$key', key],
      ['eq', '$Content-Type', 'image/png'],
      ['content-length-range', 12_345, 12_345],
      { bucket: 'uploads' },
    ]),
  );
  expect(policy.conditions).not.toContainEqual(expect.arrayContaining(['starts-with']));
  const lasts = Date.parse(policy.expiration) - Date.now();
  expect(Math.abs(lasts - 300_000)).toBeLessThan(60_000);
});

test('an original is deleted without naming a version, so that the one before stays', async () => {
  const { client: settings, sent } = answering({ status: 204 });
  await originalsRemoval(new S3Client(settings)).deleteOriginal({ bucket: 'uploads', key: 'users/ann/1/a b.png' });
  expect(sent).toMatchObject([{ method: 'DELETE', path: '/users/ann/1/a%20b.png' }]);
  expect(sent[0]?.query).not.toContain('versionId');
});
