import { z } from 'zod';
import { setBucketPolicy } from '../../services/s3/bucket-policy.ts';
import type { S3 } from '../../services/s3/api/types.ts';
import { document, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const schema = z.strictObject({ Bucket: text, PolicyDocument: document });

export function s3BucketPolicy(s3: S3): Provider<z.infer<typeof schema>> {
  const set = async ({ Bucket, PolicyDocument }: z.infer<typeof schema>): Promise<void> => {
    setBucketPolicy(s3.buckets, Bucket, PolicyDocument);
  };
  return {
    type: 'AWS::S3::BucketPolicy',
    schema,
    replacedBy: ['Bucket'],
    create: async ({ properties }) => {
      await set(properties);
      return { ref: properties.Bucket, attributes: {} };
    },
    update: async ({ ref, properties }) => {
      await set(properties);
      return { ref, attributes: {} };
    },
    delete: async ({ properties: { Bucket } }) => {
      if (s3.buckets.has(Bucket)) s3.buckets.set(Bucket, { policy: undefined });
    },
  };
}
