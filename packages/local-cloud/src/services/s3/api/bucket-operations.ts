import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { allOf, asElement, only, readXml, textOf } from '../../../wire/xml-reader.ts';
import { verifyBody } from '../checksums.ts';
import { noContent, readBody, xml, type Call, type Operation } from './call.ts';
import type { S3OfApi } from './types.ts';

export const bucketOperations: Readonly<Record<string, Operation>> = {
  ListBuckets: {
    parameters: ['prefix', 'bucket-region'],
    run: ({ s3, request, query }) => {
      request.authorize('s3:ListAllMyBuckets', 'arn:aws:s3:::*');
      const prefix = query.get('prefix') ?? '';
      const { region } = s3.context;
      const here = (query.get('bucket-region') ?? region) === region;
      const listed = s3.buckets.list().filter(({ name }) => here && name.startsWith(prefix));
      return xml('ListAllMyBucketsResult', {
        Buckets: {
          Bucket: listed.map(({ name, createdAt }) => ({ Name: name, CreationDate: createdAt, BucketRegion: region })),
        },
        Owner: { ID: s3.ownerId },
        ...(prefix !== '' && { Prefix: prefix }),
      });
    },
  },

  CreateBucket: {
    headers: ['x-amz-acl', 'x-amz-object-ownership'],
    run: async (call) => {
      const { s3, request, headers, bucket } = call;
      request.authorize('s3:CreateBucket', `arn:aws:s3:::${bucket}`);
      if ((headers['x-amz-acl'] ?? 'private') !== 'private') {
        throw new AwsError(
          'InvalidBucketAclWithObjectOwnership',
          "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        );
      }
      const ownership = headers['x-amz-object-ownership'] ?? 'BucketOwnerEnforced';
      if (ownership !== 'BucketOwnerEnforced') {
        throw new AwsError('NotImplemented', `The local cloud does not implement object ownership ${ownership}.`, 501);
      }
      const { bytes, headers: ofBody } = readBody(call);
      verifyBody(bytes, ofBody);
      const tags = readConfiguration(bytes, s3.context.region);
      const isTagged = Object.keys(tags).length > 0;
      if (isTagged) request.authorize('s3:TagResource', `arn:aws:s3:::${bucket}`);
      if (!isAlreadyOurs(s3, bucket)) await s3.createBucket(bucket, { ...(isTagged && { tags }) });
      else if (isTagged) throw notImplemented('the tags of s3:CreateBucket for a bucket that is there');
      return { status: 200, headers: { location: `/${bucket}`, 'x-amz-bucket-arn': `arn:aws:s3:::${bucket}` } };
    },
  },

  HeadBucket: {
    run: (call) => {
      call.allow('s3:ListBucket', 'bucket');
      return {
        status: 200,
        headers: { 'x-amz-bucket-region': call.s3.context.region, 'x-amz-access-point-alias': 'false' },
      };
    },
  },

  GetBucketLocation: {
    run: (call) => {
      call.allow('s3:GetBucketLocation', 'bucket');
      const { region } = call.s3.context;
      // The oldest region has no name here.
      return xml('LocationConstraint', region === OLDEST_REGION ? '' : region);
    },
  },

  DeleteBucket: {
    run: (call: Call) => {
      call.allow('s3:DeleteBucket', 'bucket');
      call.s3.deleteBucket(call.bucket);
      return noContent();
    },
  },
};

/** It has no name as a location, and keeps a habit of its first years: who makes a bucket again is told that it is made. */
const OLDEST_REGION = 'us-east-1';
const REGION = /^(?:EU|[a-z]{2}(?:-[a-z]+){1,3}-\d)$/;

/** Everywhere but in the oldest region that is an error. */
function isAlreadyOurs({ buckets, context }: S3OfApi, bucket: string): boolean {
  return context.region === OLDEST_REGION && buckets.has(bucket);
}

/** The tags; the location must be ours. */
function readConfiguration(body: Buffer, region: string): Record<string, string> {
  if (body.length === 0) return {};
  const configuration = only(readXml(body, 'CreateBucketConfiguration'), 'CreateBucketConfiguration', [
    'LocationConstraint',
    'Tags',
  ]);
  const location = textOf(configuration, 'LocationConstraint');
  if (location !== undefined && (location === OLDEST_REGION || !REGION.test(location))) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
      LocationConstraint: location,
    });
  }
  if (location !== undefined && location !== region) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  return Object.fromEntries(
    allOf(asElement(configuration.Tags), 'Tag').map((tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? '']),
  );
}
