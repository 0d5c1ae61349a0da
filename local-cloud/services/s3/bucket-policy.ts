import { AwsError } from '../../aws-error.ts';
import { MalformedPolicyError, readPolicy } from '../../permissions/evaluate.ts';

/** Throws AwsError MalformedPolicy, or NotImplemented for what could not be evaluated: a policy that is ignored protects nothing. */
export function checkPolicy(policy: object): object {
  try {
    readPolicy(policy, 'resource');
    return policy;
  } catch (error) {
    throw error instanceof MalformedPolicyError ? new AwsError('MalformedPolicy', error.message) : error;
  }
}
