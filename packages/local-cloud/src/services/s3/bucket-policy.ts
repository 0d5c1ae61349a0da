import { AwsError } from '../../core/aws-error.ts';
import { MalformedPolicyError, readPolicy } from '../../permissions/evaluate.ts';
import type { Buckets } from './buckets.ts';
import type { PublicAccessBlock } from './model.ts';
import { isPublic } from './public-policy.ts';

/** What new buckets have had since April 2023. */
export const ALL_BLOCKED: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/**
 * Sets a bucket's policy. Throws AwsError MalformedPolicy, NotImplemented for what could not be evaluated (a policy that is ignored
 * protects nothing), and AccessDenied for a public policy where public policies are blocked.
 */
export function setBucketPolicy(buckets: Buckets, bucket: string, policy: object): void {
  try {
    readPolicy(policy, 'resource');
  } catch (error) {
    throw error instanceof MalformedPolicyError ? new AwsError('MalformedPolicy', error.message) : error;
  }
  const { publicAccessBlock = ALL_BLOCKED } = buckets.get(bucket);
  if (publicAccessBlock.BlockPublicPolicy && isPublic(policy)) {
    throw new AwsError(
      'AccessDenied',
      `The policy of ${bucket} would let everybody in, and public policies are blocked by the BlockPublicPolicy setting in S3 Block Public Access.`,
      403,
    );
  }
  buckets.set(bucket, { policy });
}
