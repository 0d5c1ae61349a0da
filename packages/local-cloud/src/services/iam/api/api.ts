import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { Api } from '../../../wire/messages.ts';
import { awsQuery } from '../../../wire/query.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { XmlValue } from '../../../wire/xml.ts';
import type { Role, Roles } from '../roles.ts';

const oneRole = z.strictObject({ RoleName: z.string() });
const onePolicy = z.strictObject({ RoleName: z.string(), PolicyName: z.string() });
const someRoles = z.strictObject({ PathPrefix: z.string().default('/') });

/** IAM's reading operations; roles are made by stacks. */
export function iamApi(roles: Roles): Api {
  return awsQuery('iam', 'https://iam.amazonaws.com/doc/2010-05-08/', {
    GetRole: (input, { authorize }) => {
      const role = roles.get(readInput('iam:GetRole', oneRole, input, 'ValidationError').RoleName);
      authorize('iam:GetRole', role.arn);
      return { Role: describe(role) };
    },
    ListRoles: (input, { authorize }) => {
      const { PathPrefix } = readInput('iam:ListRoles', someRoles, input, 'ValidationError');
      authorize('iam:ListRoles', '*');
      const listed = roles.list().filter((role) => role.path.startsWith(PathPrefix));
      return { IsTruncated: false, Roles: { member: listed.map(describe) } };
    },
    GetRolePolicy: (input, { authorize }) => {
      const { RoleName, PolicyName } = readInput('iam:GetRolePolicy', onePolicy, input, 'ValidationError');
      const role = roles.get(RoleName);
      authorize('iam:GetRolePolicy', role.arn);
      const policy = Object.hasOwn(role.policies, PolicyName) ? role.policies[PolicyName] : undefined;
      if (policy === undefined) {
        throw new AwsError('NoSuchEntity', `The role policy with name ${PolicyName} cannot be found.`, 404);
      }
      return { RoleName, PolicyName, PolicyDocument: encoded(policy) };
    },
    ListRolePolicies: (input, { authorize }) => {
      const role = roles.get(readInput('iam:ListRolePolicies', oneRole, input, 'ValidationError').RoleName);
      authorize('iam:ListRolePolicies', role.arn);
      return { IsTruncated: false, PolicyNames: { member: Object.keys(role.policies).sort() } };
    },
    ListAttachedRolePolicies: (input, { authorize }) => {
      const role = roles.get(readInput('iam:ListAttachedRolePolicies', oneRole, input, 'ValidationError').RoleName);
      authorize('iam:ListAttachedRolePolicies', role.arn);
      const attached = (role.managedPolicies ?? []).map((PolicyArn) => ({
        PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
        PolicyArn,
      }));
      return { IsTruncated: false, AttachedPolicies: { member: attached } };
    },
  });
}

function describe(role: Role): XmlValue {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encoded(role.trustPolicy),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
    Tags: { member: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })) },
  };
}

/** IAM answers policies URL-encoded. */
function encoded(policy: object): string {
  return encodeURIComponent(JSON.stringify(policy));
}
