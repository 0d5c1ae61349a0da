import { AwsError } from '../../../core/aws-error.ts';
import { only, readXml, textOf } from '../../../wire/xml-reader.ts';
import { ALL_BLOCKED, setBucketPolicy } from '../bucket-policy.ts';
import { verifyBody } from '../checksums.ts';
import { noContent, readBody, xml, type Call, type Operation } from './call.ts';
import { corsOperations } from './cors-operations.ts';
import { lifecycleOperations } from './lifecycle-operations.ts';
import { readTagging, tagSet } from './tagging-operations.ts';

export const bucketSettingOperations: Readonly<Record<string, Operation>> = {
  ...corsOperations,
  ...lifecycleOperations,

  GetBucketVersioning: {
    run: (call) => {
      call.allow('s3:GetBucketVersioning', 'bucket');
      return xml('VersioningConfiguration', { Status: call.settings().versioning });
    },
  },
  PutBucketVersioning: {
    run: (call) => {
      call.allow('s3:PutBucketVersioning', 'bucket');
      const body = only(readXml(verified(call), 'VersioningConfiguration'), 'VersioningConfiguration', ['Status']);
      const status = textOf(body, 'Status');
      if (status !== 'Enabled' && status !== 'Suspended') {
        throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified');
      }
      call.s3.buckets.set(call.bucket, { versioning: status });
      return { status: 200 };
    },
  },

  GetBucketPolicy: {
    run: (call) => {
      call.allow('s3:GetBucketPolicy', 'bucket');
      const policy = required(
        call.settings().policy,
        call.bucket,
        'NoSuchBucketPolicy',
        'The bucket policy does not exist',
      );
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(policy) };
    },
  },
  PutBucketPolicy: {
    run: (call) => {
      call.allow('s3:PutBucketPolicy', 'bucket');
      setBucketPolicy(call.s3.buckets, call.bucket, parsePolicy(verified(call)));
      return noContent();
    },
  },
  DeleteBucketPolicy: {
    run: (call) => {
      // The account's root may always do this: a policy that denies everything to everybody must not last for ever.
      if (!call.request.callerArn.endsWith(':root')) call.allow('s3:DeleteBucketPolicy', 'bucket');
      call.s3.buckets.set(call.bucket, { policy: undefined });
      return noContent();
    },
  },

  GetBucketTagging: {
    run: (call) => {
      call.allow('s3:GetBucketTagging', 'bucket');
      return xml(
        'Tagging',
        tagSet(required(call.settings().tags, call.bucket, 'NoSuchTagSet', 'The TagSet does not exist')),
      );
    },
  },
  PutBucketTagging: {
    run: (call) => {
      call.allow('s3:PutBucketTagging', 'bucket');
      call.s3.buckets.set(call.bucket, { tags: readTagging(verified(call), 50) });
      return noContent();
    },
  },
  DeleteBucketTagging: {
    run: (call) => {
      call.allow('s3:PutBucketTagging', 'bucket');
      call.s3.buckets.set(call.bucket, { tags: undefined });
      return noContent();
    },
  },

  GetBucketEncryption: {
    run: (call) => {
      call.allow('s3:GetEncryptionConfiguration', 'bucket');
      const rule = {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BucketKeyEnabled: call.settings().bucketKeyEnabled ?? false,
      };
      return xml('ServerSideEncryptionConfiguration', { Rule: rule });
    },
  },

  GetBucketOwnershipControls: {
    run: (call) => {
      call.allow('s3:GetBucketOwnershipControls', 'bucket');
      return xml('OwnershipControls', {
        Rule: { ObjectOwnership: 'BucketOwnerEnforced' },
      });
    },
  },

  GetPublicAccessBlock: {
    run: (call) => {
      call.allow('s3:GetBucketPublicAccessBlock', 'bucket');
      return xml('PublicAccessBlockConfiguration', call.settings().publicAccessBlock ?? ALL_BLOCKED);
    },
  },
};

function verified(call: Call): Buffer {
  const { bytes, headers } = readBody(call);
  verifyBody(bytes, headers);
  return bytes;
}

function required<T>(value: T | undefined, bucket: string, code: string, message: string): T {
  if (value === undefined) throw new AwsError(code, message, 404, { BucketName: bucket });
  return value;
}

function parsePolicy(body: Buffer): object {
  try {
    const policy: unknown = JSON.parse(body.toString('utf8'));
    if (typeof policy === 'object' && policy !== null) return policy;
  } catch {
    // Told below, as whatever else is no object.
  }
  throw new AwsError('MalformedPolicy', 'This policy contains invalid Json');
}
