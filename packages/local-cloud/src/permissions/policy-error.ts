import { AwsError } from '../core/aws-error.ts';

/** A policy uses what this evaluation does not implement. Refused by name: whoever guesses at a permission guesses wrong. */
export class UnsupportedPolicyError extends AwsError {
  override name = 'UnsupportedPolicyError';

  constructor(what: string) {
    super('NotImplemented', `The local cloud does not implement ${what} in policies. On AWS it may work.`, 501);
  }
}

/** A policy that AWS would refuse as well. */
export class MalformedPolicyError extends AwsError {
  override name = 'MalformedPolicyError';

  constructor(why: string) {
    super('MalformedPolicyDocument', why);
  }
}
