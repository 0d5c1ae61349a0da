import { AwsError } from '../../../aws-error.ts';
import { allOf, asElement, only, readXml, textOf } from '../../../wire/xml-reader.ts';
import { noContent, xml, type Call, type Operation } from './call.ts';

export const bucketOperations: Readonly<Record<string, Operation>> = {
  ListBuckets: {
    parameters: ['prefix', 'bucket-region'],
    run: ({ s3, request, query }) => {
      request.authorize('s3:ListAllMyBuckets', 'arn:aws:s3:::*');
      const prefix = query.get('prefix') ?? '';
      const { region } = s3.setting;
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
    run: async ({ s3, request, headers, bucket }) => {
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
      const tags = readConfiguration(request.body, s3.setting.region);
      if (Object.keys(tags).length > 0) request.authorize('s3:TagResource', `arn:aws:s3:::${bucket}`);
      await s3.createBucket(bucket, { ...(Object.keys(tags).length > 0 && { tags }) });
      return { status: 200, headers: { location: `/${bucket}`, 'x-amz-bucket-arn': `arn:aws:s3:::${bucket}` } };
    },
  },

  HeadBucket: {
    run: (call) => {
      call.allow('s3:ListBucket', 'bucket');
      return {
        status: 200,
        headers: { 'x-amz-bucket-region': call.s3.setting.region, 'x-amz-access-point-alias': 'false' },
      };
    },
  },

  GetBucketLocation: {
    run: (call) => {
      call.allow('s3:GetBucketLocation', 'bucket');
      const { region } = call.s3.setting;
      // The oldest region has no name here.
      return xml('LocationConstraint', region === 'us-east-1' ? '' : region);
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

/** The tags; the location must be ours. */
function readConfiguration(body: Buffer, region: string): Record<string, string> {
  if (body.length === 0) return {};
  const configuration = only(readXml(body, 'CreateBucketConfiguration'), 'CreateBucketConfiguration', [
    'LocationConstraint',
    'Tags',
  ]);
  const location = textOf(configuration, 'LocationConstraint');
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
