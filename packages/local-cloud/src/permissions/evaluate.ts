import type { RequestContext } from './conditions.ts';
import { readPolicy, type Statement } from './policy.ts';
import type { Principal } from './principals.ts';

export { readPolicy, type PolicyKind } from './policy.ts';
export { MalformedPolicyError, UnsupportedPolicyError } from './policy-error.ts';

export type AccessRequest = {
  principal: Principal;
  /** e.g. `s3:GetObject`. */
  action: string;
  /** An ARN. */
  resource: string;
  /** Condition keys, e.g. `aws:SourceArn`; compared without regard to case, as IAM does. */
  context: Readonly<Record<string, string | readonly string[]>>;
};

export type Decision = 'allowed' | 'not-allowed' | 'denied';

/** What the policies say together: an explicit Deny wins, then any Allow. Throws UnsupportedPolicyError for what is not implemented. */
export function evaluate(policies: readonly unknown[], request: AccessRequest): Decision {
  const context = new Map(
    Object.entries(request.context).map(([key, value]) => [
      key.toLowerCase(),
      typeof value === 'string' ? [value] : value,
    ]),
  );
  // All are read before any decides: what one policy says must not hide what is unsupported in another.
  const applying = policies
    .flatMap((policy) => readPolicy(policy))
    .filter((statement) => applies(statement, request, context));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'not-allowed';
}

function applies(statement: Statement, { principal, action, resource }: AccessRequest, context: RequestContext) {
  return (
    (statement.principals?.some((matches) => matches(principal, statement.effect)) ?? true) &&
    statement.action(action) &&
    statement.resource(resource) &&
    statement.conditions.every((holds) => holds(context))
  );
}
