import { describe, expect, test } from '@jest/globals';
import { getAtt, ofType, readTemplate, resource, stages } from './template.ts';

const template = readTemplate();
const buckets = ofType(template, 'AWS::S3::Bucket');

describe.each(buckets)('%s', (id, { Properties: bucket, ...attributes }) => {
  test('is closed to the public in all four ways', () => {
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  test('belongs to its owner alone, without access lists', () => {
    expect(bucket.OwnershipControls?.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  });

  test('is encrypted', () => {
    expect(bucket.BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
  });

  test('is reached over TLS only, and so is every object in it', () => {
    const policies = ofType(template, 'AWS::S3::BucketPolicy').map(([, policy]) => policy);
    const [own, ...more] = policies.filter(({ Properties: { Bucket } }) => (Bucket as { Ref?: string }).Ref === id);
    expect(more).toEqual([]);
    expect(own?.Properties.PolicyDocument.Statement).toContainEqual({
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [getAtt(id), { 'Fn::Sub': `\${${id}.Arn}/*` }],
      Condition: { Bool: { 'aws:SecureTransport': false } },
    });
    // A bucket that outlives its stack stays closed.
    expect(own?.DeletionPolicy).toBe(attributes.DeletionPolicy);
  });

  test('outlives its stack and a replacement, but not a creation that failed', () => {
    expect(attributes).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('forgets unfinished multipart uploads after a day', () => {
    const days = bucket.LifecycleConfiguration?.Rules.filter(
      ({ Status, Prefix }) => Status === 'Enabled' && Prefix === undefined,
    ).map((rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation);
    expect(days).toContain(1);
  });
});

describe('UploadsBucket', () => {
  const { Properties: uploads, DependsOn } = resource(template, 'UploadsBucket', 'AWS::S3::Bucket');
  const rules = uploads.LifecycleConfiguration?.Rules.filter(({ Status }) => Status === 'Enabled') ?? [];

  test('keeps versions, and forgets what was replaced or deleted after a week', () => {
    expect(uploads.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(rules).toContainEqual(
      expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 7 }, ExpiredObjectDeleteMarker: true }),
    );
  });

  test('expires no original but a canary, and that after a day', () => {
    const expiring = rules.filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([['canary/', 1]]);
  });

  test('announces uploads, removals and what a lifecycle rule removes, all on UploadsTopic', () => {
    expect(uploads.NotificationConfiguration).toEqual({
      TopicConfigurations: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'].map((event) => ({
        Event: event,
        Topic: { Ref: 'UploadsTopic' },
      })),
    });
  });

  test('is made after the policy that lets it publish, since S3 tries the topic at once', () => {
    expect([DependsOn].flat()).toContain('UploadsTopicPolicy');
  });

  test.each(['dev', 'prod'])(
    'has a name that fits 63 characters as %s in the region with the longest name',
    (stage) => {
      const name = (uploads.BucketName as { 'Fn::Sub': string })['Fn::Sub']
        .replace('${AWS::StackName}', `serverless-thumbnails-${stage}`)
        .replace('${AWS::AccountId}', '123456789012')
        .replace('${AWS::Region}', 'ap-southeast-1');
      expect(name).toMatch(/^[a-z0-9-]{3,63}$/);
    },
  );
});

test('no bucket that functions write to triggers anything', () => {
  const announcing = buckets.filter(([, { Properties }]) => Properties.NotificationConfiguration !== undefined);
  expect(announcing.map(([id]) => id)).toEqual(['UploadsBucket']);
});

describe('ImagesTable', () => {
  const { Properties: table, ...attributes } = resource(template, 'ImagesTable', 'AWS::DynamoDB::Table');

  test('has one item per image and recipe', () => {
    expect(table.KeySchema).toEqual([
      { AttributeName: 'imageId', KeyType: 'HASH' },
      { AttributeName: 'recipe', KeyType: 'RANGE' },
    ]);
  });

  test('is listed by a sharded index that bookkeeping does not write to', () => {
    const [index, ...more] = table.GlobalSecondaryIndexes ?? [];
    expect(more).toEqual([]);
    expect(index).toMatchObject({
      IndexName: 'byUploadTime',
      KeySchema: [
        { AttributeName: 'listing', KeyType: 'HASH' },
        { AttributeName: 'listedAt', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE' },
    });
    for (const bookkeeping of ['openAttempts', 'revision', 'lastError', 'recipeVersion']) {
      expect(index?.Projection.NonKeyAttributes).not.toContain(bookkeeping);
    }
  });

  test('is paid for by request, restores to any second, and forgets tombstones', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('outlives its stack and a replacement', () => {
    expect(attributes).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('is not protected by the template: a first deployment that fails must be able to remove it', () => {
    for (const Stage of stages) {
      const { Properties } = resource(readTemplate({ Stage }), 'ImagesTable', 'AWS::DynamoDB::Table');
      expect(Properties.DeletionProtectionEnabled).toBeUndefined();
    }
  });
});
