/** Who asks: an AWS service, or a role (or the account's root) by ARN. */
export type Principal = { kind: 'service'; service: string } | { kind: 'aws'; arn: string; accountId: string };

export type AccessRequest = {
  principal: Principal;
  /** e.g. `s3:GetObject`. */
  action: string;
  /** An ARN. */
  resource: string;
  /** Condition keys, e.g. `aws:SourceArn`; compared without regard to case, as IAM does. */
  context: Readonly<Record<string, string>>;
};

export type Decision = 'allowed' | 'not-allowed' | 'denied';

/** What the policies say together: an explicit Deny wins, then any Allow. Throws UnsupportedPolicyError for what is not implemented. */
export function evaluate(_policies: readonly unknown[], _request: AccessRequest): Decision {
  throw new Error('to be written');
}
