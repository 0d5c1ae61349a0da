import { AwsError } from '../../aws-error.ts';
import type { Api } from '../../wire/messages.ts';
import { awsQuery, type QueryInput } from '../../wire/query.ts';
import { parametersOf } from '../../wire/query-parameters.ts';
import type { XmlValue } from '../../wire/xml.ts';
import type { Role, Roles } from './roles.ts';

/** IAM's reading operations; roles are made by stacks. */
export function iamApi(roles: Roles): Api {
  const named = (input: QueryInput, ...names: string[]): [Role, string] => {
    const { RoleName = '', PolicyName = '' } = parametersOf(input, ['RoleName', ...names]);
    return [roles.get(RoleName), PolicyName];
  };
  return awsQuery('iam', 'https://iam.amazonaws.com/doc/2010-05-08/', {
    GetRole: (input, { authorize }) => {
      const [role] = named(input);
      authorize('iam:GetRole', role.arn);
      return { Role: describe(role) };
    },
    ListRoles: (input, { authorize }) => {
      const { PathPrefix = '/' } = parametersOf(input, ['PathPrefix']);
      authorize('iam:ListRoles', '*');
      const listed = roles.list().filter((role) => role.path.startsWith(PathPrefix));
      return { IsTruncated: false, Roles: { member: listed.map(describe) } };
    },
    GetRolePolicy: (input, { authorize }) => {
      const [role, name] = named(input, 'PolicyName');
      authorize('iam:GetRolePolicy', role.arn);
      const policy = Object.hasOwn(role.policies, name) ? role.policies[name] : undefined;
      if (policy === undefined) {
        throw new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);
      }
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encoded(policy) };
    },
    ListRolePolicies: (input, { authorize }) => {
      const [role] = named(input);
      authorize('iam:ListRolePolicies', role.arn);
      return { IsTruncated: false, PolicyNames: { member: Object.keys(role.policies).sort() } };
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
