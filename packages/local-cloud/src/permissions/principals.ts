import { MalformedPolicyError } from './policy-error.ts';

/** Whom a statement is about. */
export type PrincipalPattern = (principal: Principal, effect: 'Allow' | 'Deny') => boolean;

export function readPrincipals(
  principal: '*' | Readonly<Record<string, readonly string[]>>,
  where: string,
): PrincipalPattern[] {
  if (principal === '*') return [everyone];
  return Object.entries(principal).flatMap(([kind, names]) =>
    names.map((name) => {
      switch (kind) {
        case 'AWS':
          return name === '*' ? everyone : awsPrincipal(name, where);
        case 'Service':
          return (who: Principal) => who.kind === 'service' && who.service === name;
        case 'Federated':
        case 'CanonicalUser':
          // Nobody here signs in by them, so a statement about them is about nobody.
          return () => false;
        default:
          throw new MalformedPolicyError(`${where} names a Principal of an unknown kind: ${kind}.`);
      }
    }),
  );
}

// AWS lets its own services in by "*" too: a condition on aws:SourceArn usually says which.
const everyone: PrincipalPattern = () => true;

function awsPrincipal(name: string, where: string): PrincipalPattern {
  const account = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  if (account !== undefined) {
    // To allow an account is to leave it to the account's own policies; to deny it is to deny everybody in it.
    return (who, effect) =>
      who.kind === 'aws' &&
      who.accountId === account &&
      (effect === 'Deny' || who.arn === `arn:aws:iam::${account}:root`);
  }
  if (!/^arn:aws:(iam|sts)::\d{12}:[^*?]+$/.test(name)) {
    throw new MalformedPolicyError(`${where} names an invalid principal: ${name}.`);
  }
  return (who) => who.kind === 'aws' && (who.arn === name || isSessionOf(who.arn, name));
}

/** `arn:aws:sts::1:assumed-role/Reader/session` is a session of `arn:aws:iam::1:role/any/path/Reader`: role names are unique in an account. */
export function isSessionOf(sessionArn: string, roleArn: string): boolean {
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/[^/]+$/.exec(sessionArn);
  const role = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(roleArn);
  return session !== null && role !== null && session[1] === role[1] && session[2] === role[2];
}
/** Who asks: an AWS service, or a role (by its session or its own ARN) or the account's root. */
export type Principal = { kind: 'service'; service: string } | { kind: 'aws'; arn: string; accountId: string };
