import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/core/aws-error.ts';
import { createRandom } from '../../src/core/random.ts';
import { readProperties } from '../../src/stacks/properties.ts';
import type { StackContext } from '../../src/stacks/provider.ts';
import { s3BucketPolicy } from '../../src/stacks/providers/s3-bucket-policy.ts';
import { s3Bucket } from '../../src/stacks/providers/s3-bucket.ts';
import { startS3, type TestCloud } from './cloud.ts';

const stack: StackContext = {
  stackName: 'app',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/app/1',
  region: 'us-east-1',
  accountId: '000000000000',
  random: createRandom(7),
};
const topic = 'arn:aws:sns:us-east-1:000000000000:t';
let cloud: TestCloud;
let refuse = false;
beforeEach(async () => {
  refuse = false;
  cloud = await startS3({
    deliver: async () => {
      if (refuse) throw new AwsError('AccessDenied', 'not from there', 403);
    },
  });
});
afterEach(() => cloud.stop());

const read = (properties: object) =>
  readProperties(s3Bucket(cloud.s3), { logicalId: 'UploadsBucket', type: 'AWS::S3::Bucket', properties });
const create = (properties: object) =>
  s3Bucket(cloud.s3).create({ logicalId: 'UploadsBucket', properties: read(properties), stack });

describe('a bucket in a stack', () => {
  test('may ask for bucket keys without naming an algorithm', async () => {
    const { ref: Bucket } = await create({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true }] },
    });
    const { ServerSideEncryptionConfiguration: configuration } = await cloud.client.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    expect(configuration?.Rules).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true },
    ]);
  });

  test('has every property that the template gives it', async () => {
    const { ref: Bucket, attributes } = await create({
      BucketName: 'app-uploads',
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: 'true', BlockPublicPolicy: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [{ Id: 'canary', Status: 'Enabled', Prefix: 'canary/', ExpirationInDays: '1' }],
      },
      CorsConfiguration: {
        CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['http://a'], ExposedHeaders: ['ETag'], MaxAge: '60' }],
      },
      NotificationConfiguration: {
        TopicConfigurations: [
          {
            Event: 's3:ObjectCreated:*',
            Topic: topic,
            Filter: { S3Key: { Rules: [{ Name: 'suffix', Value: '.jpg' }] } },
          },
          { Event: 's3:ObjectRemoved:*', Topic: topic },
        ],
      },
      Tags: [{ Key: 'team', Value: 'photos' }],
    });
    expect(Bucket).toBe('app-uploads');
    expect(attributes).toMatchObject({
      Arn: 'arn:aws:s3:::app-uploads',
      RegionalDomainName: 'app-uploads.s3.us-east-1.amazonaws.com',
    });
    const { client } = cloud;
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
    const lifecycle = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(lifecycle.Rules?.[0]).toMatchObject({ ID: 'canary', Expiration: { Days: 1 } });
    const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket }));
    expect(CORSRules).toEqual([
      { AllowedMethods: ['GET'], AllowedOrigins: ['http://a'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 },
    ]);
    const notifications = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    expect(notifications.TopicConfigurations?.map(({ Events }) => Events)).toEqual([
      ['s3:ObjectCreated:*'],
      ['s3:ObjectRemoved:*'],
    ]);
    expect(cloud.delivered).toHaveLength(2);
    const blocked = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(blocked.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    });
    const encryption = await client.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]).toMatchObject({
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
    });
    const ownership = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    expect(ownership.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const { TagSet } = await client.send(new GetBucketTaggingCommand({ Bucket }));
    expect(TagSet).toEqual([{ Key: 'team', Value: 'photos' }]);
  });

  test('gets a name of its own where the template gives none', async () => {
    expect((await create({})).ref).toMatch(/^app-uploadsbucket-[0-9a-f]{12}$/);
  });

  test('is not made where its topic does not let it in', async () => {
    refuse = true;
    const NotificationConfiguration = { TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: topic }] };
    await expect(create({ BucketName: 'refused', NotificationConfiguration })).rejects.toThrow(
      'Unable to validate the following destination configurations',
    );
    expect(cloud.s3.buckets.has('refused')).toBe(false);
  });

  test('refuses by name what is not implemented', () => {
    expect(() =>
      read({ WebsiteConfiguration: {}, LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Transitions: [] }] } }),
    ).toThrow(
      /UploadsBucket.Properties.LifecycleConfiguration.Rules.0.Transitions: .*\n.*UploadsBucket.Properties.WebsiteConfiguration: /s,
    );
  });

  test('tells its destinations of a changed configuration only, and keeps objects over an update', async () => {
    const rest = {
      BucketName: 'updated',
      NotificationConfiguration: { TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: topic }] },
    };
    const more = { VersioningConfiguration: { Status: 'Enabled' }, Tags: [{ Key: 'a', Value: '1' }] };
    const before = read({ ...rest, ...more });
    const provider = s3Bucket(cloud.s3);
    await provider.create({ logicalId: 'B', properties: before, stack });
    await cloud.client.send(new PutObjectCommand({ Bucket: 'updated', Key: 'kept', Body: 'x' }));
    expect(cloud.delivered).toHaveLength(2);
    await provider.update({ logicalId: 'B', ref: 'updated', before, properties: read(rest), stack });
    expect(cloud.delivered).toHaveLength(2);
    const bucket = cloud.s3.buckets.get('updated');
    expect(bucket.tags).toBeUndefined();
    expect(bucket.versioning).toBe('Suspended');
    expect(cloud.s3.versions.newest('updated', 'kept')).toBeDefined();
  });

  test('is not deleted while it holds objects', async () => {
    const { ref } = await create({ BucketName: 'full' });
    await cloud.client.send(new PutObjectCommand({ Bucket: ref, Key: 'k', Body: 'x' }));
    await expect(s3Bucket(cloud.s3).delete({ logicalId: 'B', ref, properties: {}, stack })).rejects.toMatchObject({
      code: 'BucketNotEmpty',
    });
  });
});

test('a bucket policy in a stack is set, changed and taken away', async () => {
  const { ref: Bucket } = await create({});
  const provider = s3BucketPolicy(cloud.s3);
  const policy = (Action: string) => ({
    Bucket,
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${Bucket}/*` }],
    },
  });
  const current = async () => (await cloud.client.send(new GetBucketPolicyCommand({ Bucket }))).Policy;
  const before = policy('s3:PutObject');
  await provider.create({ logicalId: 'P', properties: before, stack });
  expect(await current()).toContain('s3:PutObject');
  const properties = policy('s3:DeleteObject');
  await provider.update({ logicalId: 'P', ref: Bucket, before, properties, stack });
  expect(await current()).toContain('s3:DeleteObject');
  await provider.delete({ logicalId: 'P', ref: Bucket, properties, stack });
  await expect(current()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
});
