import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { readPolicy } from '../../permissions/evaluate.ts';
import { managedPolicyDocument } from '../../permissions/managed-policies.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';

/** What a role is made of; the policies are documents. */
export type RoleSpec = {
  name: string;
  /** Begins and ends with `/`. */
  path: string;
  description?: string;
  /** Seconds. */
  maxSessionDuration: number;
  trustPolicy: object;
  /** Inline policies, by name. */
  policies: Readonly<Record<string, object>>;
  /** ARNs of policies that AWS keeps; absent: none. */
  managedPolicies?: readonly string[];
  tags: Readonly<Record<string, string>>;
};

export type Role = RoleSpec & { arn: string; id: string; createdAt: string };

export type Roles = ReturnType<typeof openRoles>;

/** All that say what a role may: its inline policies and the managed ones that are attached to it. */
export function policiesOf({ policies, managedPolicies = [] }: RoleSpec): object[] {
  return [...Object.values(policies), ...managedPolicies.map(managedPolicyDocument)];
}

/** The account's roles. Policies are checked as they come in, so that none is stored that could not be evaluated. */
export function openRoles(context: Pick<ServiceContext, 'accountId' | 'clock' | 'random' | 'stateFolder'>) {
  const { accountId, clock, random, stateFolder } = context;
  const roles = openStore<Role>(stateFolder === undefined ? undefined : join(stateFolder, 'iam', 'roles.jsonl'));

  function get(name: string): Role {
    const role = roles.get(name);
    if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
    return role;
  }

  function check(spec: RoleSpec): void {
    if (!/^[\w+=,.@-]{1,64}$/.test(spec.name)) {
      throw new AwsError('ValidationError', `"${spec.name}" is no role name: 1 to 64 of letters, digits and +=,.@_-`);
    }
    if (!/^\/([!-~]+\/)?$/.test(spec.path)) {
      throw new AwsError(
        'ValidationError',
        `The path "${spec.path}" of role ${spec.name} must begin and end with "/".`,
      );
    }
    readPolicy(spec.trustPolicy, 'trust');
    for (const policy of policiesOf(spec)) readPolicy(policy, 'identity');
  }

  return {
    get,
    list: (): Role[] => [...roles.entries()].map(([, role]) => role),
    /** By ARN. Throws AwsError NoSuchEntity. */
    byArn: (arn: string): Role => {
      const role = roles.get(arn.slice(arn.lastIndexOf('/') + 1));
      if (role?.arn !== arn) throw new AwsError('NoSuchEntity', `The role ${arn} cannot be found.`, 404);
      return role;
    },
    create: (spec: RoleSpec): Role => {
      check(spec);
      if (roles.get(spec.name) !== undefined) {
        throw new AwsError('EntityAlreadyExists', `Role with name ${spec.name} already exists.`, 409);
      }
      const role: Role = {
        ...spec,
        arn: `arn:aws:iam::${accountId}:role${spec.path}${spec.name}`,
        id: `AROA${random.hex(17).toUpperCase()}`,
        createdAt: clock.now().toISOString(),
      };
      roles.set(spec.name, role);
      return role;
    },
    /** Replaces everything but name, path and identity. */
    update: (spec: RoleSpec): Role => {
      check(spec);
      const { arn, id, createdAt, path } = get(spec.name);
      const role = { ...spec, arn, id, createdAt, path };
      roles.set(spec.name, role);
      return role;
    },
    delete: (name: string): void => {
      get(name);
      roles.delete(name);
    },
  };
}
