import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createClock, type Clock } from '../../src/core/clock.ts';
import { startS3, type TestCloud } from './cloud.ts';
import { untilPassing } from '../support/until-passing.ts';

const Bucket = 'ageing';
const DAY = 24 * 60 * 60_000;
let cloud: TestCloud;
/** Days that have passed since the test began. */
let days = 0;

beforeEach(async () => {
  days = 0;
  const clock: Clock = { ...createClock(), now: () => new Date(Date.now() + days * DAY) };
  cloud = await startS3({ clock });
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
  const events = ['s3:LifecycleExpiration:*'];
  await cloud.s3.configureNotifications(Bucket, [
    { id: 'expired', destination: 'topic', arn: 'arn:topic', events, prefix: '', suffix: '' },
  ]);
});
afterEach(() => cloud.stop());

const rule = (Rules: LifecycleRule[]) =>
  cloud.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
const version = () =>
  cloud.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
const put = (Key: string, Tagging?: string) =>
  cloud.client.send(new PutObjectCommand({ Bucket, Key, Body: Key, Tagging }));
const remove = (Key: string) => cloud.client.send(new DeleteObjectCommand({ Bucket, Key }));
async function left(): Promise<{ versions: unknown[]; markers: unknown[] }> {
  const listed = await cloud.client.send(new ListObjectVersionsCommand({ Bucket }));
  return {
    versions: (listed.Versions ?? []).map(({ Key }) => Key),
    markers: (listed.DeleteMarkers ?? []).map(({ Key }) => Key),
  };
}
const events = () =>
  cloud.delivered.flatMap(({ body }) =>
    ((JSON.parse(body) as { Records?: { eventName: string; s3: { object: { key: string } } }[] }).Records ?? []).map(
      ({ eventName, s3 }) => [eventName, s3.object.key],
    ),
  );

test('objects below a prefix expire at the midnight after their days', async () => {
  await rule([{ ID: 'canaries', Status: 'Enabled', Filter: { Prefix: 'canary/' }, Expiration: { Days: 1 } }]);
  await put('canary/a');
  await put('b');
  days = 0.9;
  cloud.s3.applyLifecycle();
  expect((await left()).versions).toEqual(['b', 'canary/a']);
  days = 2;
  cloud.s3.applyLifecycle();
  expect((await left()).versions).toEqual(['b']);
  expect(events()).toEqual([['LifecycleExpiration:Delete', 'canary/a']]);
});

test('in a versioned bucket an object expires behind a marker, and is forgotten later', async () => {
  await version();
  await rule([
    {
      ID: 'r',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
    },
  ]);
  await put('k');
  days = 2;
  cloud.s3.applyLifecycle();
  expect(await left()).toEqual({ versions: ['k'], markers: ['k'] });
  days = 10;
  cloud.s3.applyLifecycle();
  expect(await left()).toEqual({ versions: [], markers: ['k'] });
  days = 11;
  cloud.s3.applyLifecycle();
  expect(await left()).toEqual({ versions: [], markers: [] });
  expect(events().map(([name]) => name)).toEqual([
    'LifecycleExpiration:DeleteMarkerCreated',
    'LifecycleExpiration:Delete',
    'LifecycleExpiration:Delete',
  ]);
});

test('a marker goes when it is all that is left, and stays before', async () => {
  await version();
  const Expiration = { ExpiredObjectDeleteMarker: true };
  await rule([{ ID: 'markers', Status: 'Enabled', Filter: { Prefix: '' }, Expiration }]);
  const { VersionId } = await put('k');
  await remove('k');
  cloud.s3.applyLifecycle();
  expect((await left()).markers).toEqual(['k']);
  await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
  cloud.s3.applyLifecycle();
  expect((await left()).markers).toEqual([]);
});

test('the newest of the noncurrent versions can be kept', async () => {
  await version();
  const NoncurrentVersionExpiration = { NoncurrentDays: 1, NewerNoncurrentVersions: 2 };
  await rule([{ ID: 'keep', Status: 'Enabled', Filter: { Prefix: '' }, NoncurrentVersionExpiration }]);
  for (let round = 0; round < 5; round++) await put('k');
  days = 3;
  cloud.s3.applyLifecycle();
  expect((await left()).versions).toHaveLength(3);
});

test('tags and sizes choose, and a disabled rule does nothing', async () => {
  await rule([
    { ID: 'tag', Status: 'Enabled', Filter: { Tag: { Key: 'tmp', Value: 'yes' } }, Expiration: { Days: 1 } },
    { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
    { ID: 'size', Status: 'Enabled', Filter: { ObjectSizeGreaterThan: 10 }, Expiration: { Days: 1 } },
  ]);
  await put('tagged', 'tmp=yes');
  await put('plain');
  await put('large object');
  days = 3;
  cloud.s3.applyLifecycle();
  expect((await left()).versions).toEqual(['plain']);
});

test('unfinished uploads are aborted', async () => {
  const AbortIncompleteMultipartUpload = { DaysAfterInitiation: 1 };
  await rule([{ ID: 'uploads', Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload }]);
  await cloud.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }));
  days = 3;
  cloud.s3.applyLifecycle();
  const { Uploads } = await cloud.client.send(new ListMultipartUploadsCommand({ Bucket }));
  expect(Uploads).toBeUndefined();
});

test('a fast clock brings on the days by itself', async () => {
  const fast = await startS3({ clock: createClock(DAY / 20) });
  try {
    await fast.client.send(new CreateBucketCommand({ Bucket }));
    const filter = { prefix: '', tags: {} };
    fast.s3.buckets.set(Bucket, { lifecycle: [{ id: 'r', enabled: true, filter, expirationDays: 2 }] });
    await fast.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    await untilPassing(() => expect(fast.s3.versions.newest(Bucket, 'k')).toBeUndefined());
  } finally {
    await fast.stop();
  }
});

test('rules are read back as they were written; wrong ones are refused', async () => {
  const Rules: LifecycleRule[] = [
    {
      ID: 'all',
      Status: 'Enabled',
      Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'b', Value: 'c' }], ObjectSizeLessThan: 9 } },
      Expiration: { Days: 3 },
      NoncurrentVersionExpiration: { NoncurrentDays: 4, NewerNoncurrentVersions: 1 },
    },
    {
      ID: 'markers',
      Status: 'Disabled',
      Filter: { Prefix: '' },
      Expiration: { ExpiredObjectDeleteMarker: true },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 5 },
    },
  ];
  await rule(Rules);
  const read = await cloud.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(read.Rules).toEqual(Rules);

  const wrong = (extra: Partial<LifecycleRule>) =>
    rule([{ ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, ...extra }]);
  await expect(wrong({})).rejects.toMatchObject({ name: 'InvalidRequest' });
  await expect(wrong({ Expiration: { Days: 0 } })).rejects.toMatchObject({ name: 'InvalidArgument' });
  await expect(wrong({ Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] })).rejects.toMatchObject({
    name: 'NotImplemented',
  });
});

test('an object tells when it expires, and by which of its rules first', async () => {
  await rule([
    { ID: 'soon & late', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } },
    { ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } },
    { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
  ]);
  const midnight = (after: number) => new Date((Math.floor(Date.now() / DAY) + after + 1) * DAY).toUTCString();
  const { Expiration } = await put('tmp/k');
  expect(Expiration).toBe(`expiry-date="${midnight(1)}", rule-id="soon%20%26%20late"`);
  await put('k');
  const head = await cloud.client.send(new HeadObjectCommand({ Bucket, Key: 'k' }));
  expect(head.Expiration).toBe(`expiry-date="${midnight(30)}", rule-id="all"`);
});
