import { AwsError } from '../core/aws-error.ts';
import type { Delivery } from '../core/delivery.ts';
import { evaluate, type AccessRequest, type Decision } from './evaluate.ts';

/** What the roles of the account allow: IAM's part in a decision that a service makes. */
export type Roles = {
  /** What the role's identity policies say of an action on a resource. Throws AwsError NoSuchEntity where there is no such role. */
  decide: (roleArn: string, action: string, resource: string, context?: AccessRequest['context']) => Decision;
  /** Does the role trust the service (`lambda.amazonaws.com`), in this context (`aws:SourceArn`, `aws:SourceAccount`)? */
  mayAssume: (service: string, roleArn: string, context?: AccessRequest['context']) => boolean;
};

/**
 * Does the target let this delivery in? By a role, where the delivery comes with one, else by the target's resource policy.
 * Throws AwsError AccessDenied, which AWS's services take for an error that no retry mends.
 */
export function authorizeDelivery(
  from: Delivery['from'],
  wanted: { action: string; resource: string; accountId: string; resourcePolicies: readonly unknown[]; roles: Roles },
): void {
  const { action, resource, resourcePolicies, roles } = wanted;
  const context = {
    ...serviceContext(from.arn, wanted.accountId),
    ...(inTheOwnersName.has(from.service) && { 'aws:SourceOwner': wanted.accountId }),
  };
  const who = from.roleArn ?? from.service;
  const refuse = (why: string): never => {
    throw new AwsError(
      'AccessDenied',
      `${who} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
      403,
    );
  };

  if (from.roleArn === undefined) {
    const principal = { kind: 'service', service: from.service } as const;
    const decision = evaluate(resourcePolicies, { principal, action, resource, context });
    if (decision === 'denied') refuse('with an explicit deny in a resource-based policy');
    if (decision === 'not-allowed') refuse(`because no resource-based policy allows the ${action} action`);
    return;
  }

  if (!roles.mayAssume(from.service, from.roleArn, context)) refuse(`because the role does not trust ${from.service}`);
  const principal = { kind: 'aws', arn: from.roleArn, accountId: wanted.accountId } as const;
  const callerContext = { ...transport, 'aws:PrincipalArn': from.roleArn, 'aws:PrincipalAccount': wanted.accountId };
  const byResource = evaluate(resourcePolicies, { principal, action, resource, context: callerContext });
  const byRole = roles.decide(from.roleArn, action, resource, callerContext);
  if (byRole === 'denied') refuse('with an explicit deny in an identity-based policy');
  if (byResource === 'denied') refuse('with an explicit deny in a resource-based policy');
  if (byRole === 'not-allowed' && byResource === 'not-allowed') {
    refuse(`because no identity-based policy allows the ${action} action`);
  }
}

/** Services that speak for the account whose resource they are asked by: a topic's own policy lets them in. */
const inTheOwnersName = new Set(['cloudwatch.amazonaws.com']);

// What stays on the loopback interface cannot be overheard: a policy that asks for TLS has what it wants.
export const transport = { 'aws:SecureTransport': 'true' } as const;

/** The condition keys of a request that a service makes on behalf of one of its resources. */
export function serviceContext(sourceArn: string, accountId: string): Record<string, string> {
  return {
    ...transport,
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': accountId,
    'aws:PrincipalIsAWSService': 'true',
  };
}
