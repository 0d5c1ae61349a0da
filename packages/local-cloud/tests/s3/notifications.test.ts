import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  type NotificationConfiguration,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/core/aws-error.ts';
import { createClock } from '../../src/core/clock.ts';
import { startS3, type TestCloud } from './cloud.ts';
import { untilPassing } from '../support/until-passing.ts';

const Bucket = 'uploads';
const topic = 'arn:aws:sns:us-east-1:000000000000:uploads';
const queue = 'arn:aws:sqs:us-east-1:000000000000:uploads';
const lambda = 'arn:aws:lambda:us-east-1:000000000000:function:f';

type Event = { Records: { eventName: string; s3: { configurationId: string; object: Record<string, unknown> } }[] };

let cloud: TestCloud;
/** What the targets say to a delivery. */
let targets: (to: string) => void;
beforeEach(async () => {
  targets = () => undefined;
  cloud = await startS3({ clock: createClock(1000), deliver: async ({ to }) => targets(to) });
  await cloud.client.send(new CreateBucketCommand({ Bucket }));
});
afterEach(() => cloud.stop());

const configure = (configuration: NotificationConfiguration) =>
  cloud.client.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: configuration }),
  );
const put = (Key: string) => cloud.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
const events = () =>
  cloud.delivered.flatMap(({ to, body }) =>
    ((JSON.parse(body) as Partial<Event>).Records ?? []).map((record) => ({ to, ...record })),
  );

describe('a configuration', () => {
  test('is tested with each topic and queue, and read back', async () => {
    await configure({
      TopicConfigurations: [{ Id: 'all', TopicArn: topic, Events: ['s3:ObjectCreated:*'] }],
      QueueConfigurations: [
        {
          QueueArn: queue,
          Events: ['s3:ObjectRemoved:*', 's3:LifecycleExpiration:Delete'],
          Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'a/' }] } },
        },
      ],
    });
    expect(cloud.delivered.map(({ to, subject }) => [to, subject])).toEqual([
      [topic, 'Amazon S3 Notification'],
      [queue, undefined],
    ]);
    const body = JSON.parse(cloud.delivered[0]?.body ?? '') as Record<string, string>;
    expect(body).toMatchObject({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket });
    expect(Object.keys(body)).toEqual(['Service', 'Event', 'Time', 'Bucket', 'RequestId', 'HostId']);

    const read = await cloud.client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(read.TopicConfigurations).toEqual([{ Id: 'all', TopicArn: topic, Events: ['s3:ObjectCreated:*'] }]);
    expect(read.QueueConfigurations?.[0]).toMatchObject({
      Events: ['s3:ObjectRemoved:*', 's3:LifecycleExpiration:Delete'],
      Filter: { Key: { FilterRules: [{ Name: 'Prefix', Value: 'a/' }] } },
    });
  });

  test('is refused, and not kept, where a destination does not let the bucket in', async () => {
    targets = () => {
      throw new AwsError('AccessDenied', 'not from there', 403);
    };
    const refused = configure({ TopicConfigurations: [{ TopicArn: topic, Events: ['s3:ObjectCreated:*'] }] });
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Unable to validate the following destination configurations',
    });
    const read = await cloud.client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(read.TopicConfigurations).toBeUndefined();
  });

  test('is refused where two rules could match one event', async () => {
    const rule = (Value: string) => ({
      TopicArn: topic,
      Events: ['s3:ObjectCreated:Put' as const],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value }] } },
    });
    await expect(configure({ TopicConfigurations: [rule('a'), rule('ab')] })).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
    await configure({ TopicConfigurations: [rule('a'), rule('b')] });
  });

  test('is refused by name where this cloud would never send such an event', async () => {
    const configured = (event: string) =>
      configure({ TopicConfigurations: [{ TopicArn: topic, Events: [event as 's3:ObjectRestore:*'] }] });
    await expect(configured('s3:Replication:*')).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(configured('s3:ObjectEaten:*')).rejects.toMatchObject({ name: 'InvalidArgument' });
    const functions = configure({
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: lambda, Events: ['s3:ObjectCreated:*'] }],
    });
    await expect(functions).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('an event', () => {
  test('says all that S3 says of an upload', async () => {
    await configure({ TopicConfigurations: [{ Id: 'all', TopicArn: topic, Events: ['s3:ObjectCreated:*'] }] });
    const made = await put('red flower.jpg');
    const { Records } = JSON.parse(cloud.delivered[1]?.body ?? '') as { Records: unknown[] };
    expect(Records).toEqual([
      {
        eventVersion: expect.stringMatching(/^2\.\d+$/),
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:000000000000' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: {
          'x-amz-request-id': made.$metadata.requestId,
          'x-amz-id-2': made.$metadata.extendedRequestId,
        },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'all',
          bucket: {
            name: Bucket,
            ownerIdentity: { principalId: '000000000000' },
            arn: `arn:aws:s3:::${Bucket}`,
          },
          object: {
            key: 'red+flower.jpg',
            size: 14,
            eTag: made.ETag?.replaceAll('"', ''),
            sequencer: expect.stringMatching(/^[0-9A-F]{2,18}$/),
          },
        },
      },
    ]);
    expect(cloud.delivered[1]).toMatchObject({ from: { service: 's3.amazonaws.com', arn: `arn:aws:s3:::${Bucket}` } });
    expect(cloud.observed).toContainEqual(expect.objectContaining({ type: 'object-created', key: 'red flower.jpg' }));
  });

  test('is named for what was done, with the version in a versioned bucket', async () => {
    await configure({
      TopicConfigurations: [{ TopicArn: topic, Events: ['s3:ObjectCreated:*'] }],
      QueueConfigurations: [{ QueueArn: queue, Events: ['s3:ObjectRemoved:*'] }],
    });
    await put('k');
    await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'never-there' }));
    await cloud.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await put('k');
    await cloud.client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }));
    const marker = await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
    const { UploadId } = await cloud.client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big' }));
    const at = { Bucket, Key: 'big', UploadId };
    const { ETag } = await cloud.client.send(new UploadPartCommand({ ...at, PartNumber: 1, Body: 'x' }));
    const Parts = [{ PartNumber: 1, ETag }];
    await cloud.client.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));

    const seen = events().map(({ eventName, s3 }) => [eventName, s3.object.key, s3.object.versionId]);
    expect(seen).toEqual([
      ['ObjectCreated:Put', 'k', undefined],
      ['ObjectRemoved:Delete', 'k', undefined],
      ['ObjectCreated:Put', 'k', VersionId],
      ['ObjectCreated:Copy', 'copy', expect.any(String)],
      ['ObjectRemoved:DeleteMarkerCreated', 'k', marker.VersionId],
      ['ObjectRemoved:Delete', 'k', VersionId],
      ['ObjectCreated:CompleteMultipartUpload', 'big', expect.any(String)],
    ]);
    const removed = events().filter(({ eventName }) => eventName.startsWith('ObjectRemoved'));
    expect(removed.map(({ s3 }) => [s3.object.size, s3.object.eTag])).toEqual([
      [undefined, undefined],
      [undefined, 'd41d8cd98f00b204e9800998ecf8427e'],
      [undefined, undefined],
    ]);
  });

  test('has a sequencer that grows with every change of the key', async () => {
    await configure({
      TopicConfigurations: [{ TopicArn: topic, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] }],
    });
    for (let round = 0; round < 20; round++) {
      await put('k');
      await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
    }
    const sequencers = events().map(({ s3 }) => String(s3.object.sequencer).padEnd(18, '0'));
    expect(sequencers).toHaveLength(40);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
  });

  test('comes for keys that match prefix and suffix only', async () => {
    const FilterRules = [
      { Name: 'prefix' as const, Value: 'photos/' },
      { Name: 'suffix' as const, Value: '.jpg' },
    ];
    await configure({
      QueueConfigurations: [{ QueueArn: queue, Events: ['s3:ObjectCreated:*'], Filter: { Key: { FilterRules } } }],
    });
    for (const key of ['photos/a.jpg', 'photos/a.png', 'a.jpg', 'photos/b/c.jpg']) await put(key);
    expect(events().map(({ s3 }) => s3.object.key)).toEqual(['photos/a.jpg', 'photos/b/c.jpg']);
  });

  test('is delivered again until the target takes it', async () => {
    await configure({ TopicConfigurations: [{ TopicArn: topic, Events: ['s3:ObjectCreated:*'] }] });
    let refusals = 5;
    targets = () => {
      if (refusals-- > 0) throw new Error('the topic is away');
    };
    await put('k');
    await untilPassing(() => expect(events()).toHaveLength(1));
    expect(cloud.observed.filter(({ type }) => type === 'note')).toHaveLength(1);
  });

  test('goes to a function that lets the bucket in, without a test message', async () => {
    const checked: string[] = [];
    const other = await startS3({ checkFunction: ({ to }) => void checked.push(to) });
    try {
      await other.client.send(new CreateBucketCommand({ Bucket }));
      await other.client.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [{ LambdaFunctionArn: lambda, Events: ['s3:ObjectCreated:*'] }],
          },
        }),
      );
      await other.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
      expect(checked).toEqual([lambda]);
      expect(other.delivered.map(({ to }) => to)).toEqual([lambda]);
    } finally {
      await other.stop();
    }
  });
});
