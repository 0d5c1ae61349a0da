import { z } from 'zod';
import { isManagedPolicy, managedPolicyRefusal } from '../../permissions/managed-policies.ts';
import type { Iam } from '../../services/iam/iam.ts';
import type { Role, RoleSpec } from '../../services/iam/roles.ts';
import { physicalName } from '../physical-name.ts';
import { document, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';
import { tags, toTags } from './tags.ts';

const managedPolicy = text.refine(isManagedPolicy, {
  error: ({ input }) => `the local cloud does not implement ${managedPolicyRefusal(String(input))}`,
});

const schema = z.strictObject({
  RoleName: text.optional(),
  Path: text.optional(),
  Description: text.optional(),
  MaxSessionDuration: integer.optional(),
  AssumeRolePolicyDocument: document,
  Policies: z.array(z.strictObject({ PolicyName: text, PolicyDocument: document })).optional(),
  ManagedPolicyArns: z.array(managedPolicy).optional(),
  Tags: tags.optional(),
});
type Properties = z.output<typeof schema>;

export function iamRole(iam: Pick<Iam, 'roles'>): Provider<Properties> {
  return {
    type: 'AWS::IAM::Role',
    schema,
    replacedBy: ['RoleName', 'Path'],
    namedBy: 'RoleName',
    create: async ({ logicalId, properties, stack }) =>
      made(
        iam.roles.create(spec(properties.RoleName ?? physicalName(stack, logicalId, { maxLength: 64 }), properties)),
      ),
    update: async ({ ref, properties }) => made(iam.roles.update(spec(ref, properties))),
    delete: async ({ ref }) => iam.roles.delete(ref),
  };
}

function spec(name: string, properties: Properties): RoleSpec {
  return {
    name,
    path: properties.Path ?? '/',
    ...(properties.Description !== undefined && { description: properties.Description }),
    maxSessionDuration: properties.MaxSessionDuration ?? 3600,
    trustPolicy: properties.AssumeRolePolicyDocument,
    policies: Object.fromEntries(
      (properties.Policies ?? []).map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]),
    ),
    ...(properties.ManagedPolicyArns !== undefined && { managedPolicies: properties.ManagedPolicyArns }),
    tags: toTags(properties.Tags),
  };
}

function made({ name, arn, id }: Role): Made {
  return { ref: name, attributes: { Arn: arn, RoleId: id } };
}
