import { AwsError } from '../../core/aws-error.ts';
import { transport } from '../../permissions/deliveries.ts';
import { evaluate, type AccessRequest } from '../../permissions/evaluate.ts';
import { ANONYMOUS, type Authorize } from '../../wire/messages.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { policiesOf, type Role, type Roles } from './roles.ts';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** Who signs with an access key. */
export type Caller = {
  arn: string;
  authorize: Authorize;
  /** Of a role's session, whose signatures can be checked; the account's root signs with whatever it likes. */
  secretAccessKey?: string;
  /** Of the root: its own requests are taken as they are, but what it signs for others (URLs, forms) they must not change. */
  trusted?: boolean;
};

/** Keys of the account's root whose secret is the same word: the ones that everybody uses on a local cloud. */
const WELL_KNOWN = new Set(['local', 'test']);

type Session = Credentials & { roleArn: string; sessionArn: string };

/** Access keys for roles, and back from an access key to whom it belongs to. */
export function openCallers({ accountId, random }: Pick<ServiceContext, 'accountId' | 'random'>, roles: Roles) {
  const sessions = new Map<string, Session>();
  const rootArn = `arn:aws:iam::${accountId}:root`;

  function openSession(roleArn: string, sessionName: string): Session {
    const { name } = roles.byArn(roleArn);
    const sessionArn = `arn:aws:sts::${accountId}:assumed-role/${name}/${sessionName}`;
    const open = [...sessions.values()].find(
      (session) => session.sessionArn === sessionArn && session.roleArn === roleArn,
    );
    if (open !== undefined) return open;
    const session = {
      roleArn,
      sessionArn,
      accessKeyId: `ASIA${random.hex(16).toUpperCase()}`,
      secretAccessKey: random.hex(40),
      sessionToken: random.hex(64),
    };
    sessions.set(session.accessKeyId, session);
    return session;
  }

  const authorizeRoot: Authorize = (action, resource, context = {}, resourcePolicy) => {
    const request = requestOf(rootArn, { 'aws:PrincipalType': 'Account' }, action, resource, context);
    if (evaluate(policies(resourcePolicy), request) === 'denied') {
      throw denied(request, 'with an explicit deny in a resource-based policy');
    }
  };

  /** Who does not sign belongs to no account: only a resource's own policy lets it in. */
  const authorizeNobody: Authorize = (action, resource, context = {}, resourcePolicy) => {
    const nobody = { 'aws:PrincipalType': 'Anonymous', 'aws:userid': ANONYMOUS };
    const request: AccessRequest = {
      principal: { kind: 'aws', arn: ANONYMOUS, accountId: ANONYMOUS },
      action,
      resource,
      context: { ...transport, ...nobody, ...context },
    };
    const decision = evaluate(policies(resourcePolicy), request);
    if (decision === 'denied') throw denied(request, 'with an explicit deny in a resource-based policy');
    if (decision === 'not-allowed') {
      throw denied(
        request,
        `because the request is not signed, and no resource-based policy allows the ${action} action`,
      );
    }
  };

  function authorizeSession({ roleArn, sessionArn }: Session): Authorize {
    return (action, resource, context = {}, resourcePolicy) => {
      const role = livingRole(roleArn);
      const extra = {
        'aws:PrincipalType': 'AssumedRole',
        'aws:userid': `${role.id}:${sessionArn.slice(sessionArn.lastIndexOf('/') + 1)}`,
      };
      const request = requestOf(sessionArn, { ...extra, 'aws:PrincipalArn': roleArn }, action, resource, context);
      const byRole = evaluate(policiesOf(role), request);
      if (byRole === 'denied') throw denied(request, 'with an explicit deny in an identity-based policy');
      const byResource = evaluate(policies(resourcePolicy), request);
      if (byResource === 'denied') throw denied(request, 'with an explicit deny in a resource-based policy');
      if (byRole === 'not-allowed' && byResource === 'not-allowed') {
        throw denied(request, `because no identity-based policy allows the ${action} action`);
      }
    };
  }

  function livingRole(roleArn: string): Role {
    try {
      return roles.byArn(roleArn);
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      throw new AwsError('InvalidClientTokenId', `The security token belongs to ${roleArn}, which is gone.`, 403);
    }
  }

  function requestOf(
    arn: string,
    extra: Readonly<Record<string, string>>,
    action: string,
    resource: string,
    context: AccessRequest['context'],
  ): AccessRequest {
    return {
      principal: { kind: 'aws', arn, accountId },
      action,
      resource,
      context: {
        ...transport,
        'aws:PrincipalArn': arn,
        'aws:PrincipalAccount': accountId,
        'aws:PrincipalIsAWSService': 'false',
        ...extra,
        ...context,
      },
    };
  }

  return {
    /** Keys for a session of the role, always the same for the same session name. Throws AwsError NoSuchEntity. */
    credentialsFor: (roleArn: string, sessionName = 'local-cloud'): Credentials => {
      const { accessKeyId, secretAccessKey, sessionToken } = openSession(roleArn, sessionName);
      return { accessKeyId, secretAccessKey, sessionToken };
    },
    /** Unknown keys are the account's root, who may do all that no resource's policy denies; none is nobody. */
    callerOf: (accessKeyId: string | undefined): Caller => {
      if (accessKeyId === undefined) return { arn: ANONYMOUS, authorize: authorizeNobody };
      const session = sessions.get(accessKeyId);
      if (session === undefined) {
        const secret = WELL_KNOWN.has(accessKeyId) && { secretAccessKey: accessKeyId, trusted: true };
        return { arn: rootArn, authorize: authorizeRoot, ...secret };
      }
      return {
        arn: session.sessionArn,
        authorize: authorizeSession(session),
        secretAccessKey: session.secretAccessKey,
      };
    },
  };
}

function policies(resourcePolicy: unknown): unknown[] {
  return resourcePolicy === undefined ? [] : [resourcePolicy];
}

function denied({ principal, action, resource }: AccessRequest, why: string): AwsError {
  const user = principal.kind === 'aws' ? principal.arn : principal.service;
  return new AwsError(
    'AccessDenied',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    403,
  );
}
