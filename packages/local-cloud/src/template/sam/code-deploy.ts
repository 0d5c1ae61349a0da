import { plainResource, type DeploymentPreference } from './macro.ts';
import { managedPolicy, trustOf } from './function-role.ts';
import type { ResourceDefinition } from '../template.ts';

/** The logical ids of what all deployment preferences of a template share. */
export const application = 'ServerlessDeploymentApplication';
export const serviceRole = 'CodeDeployServiceRole';
const condition = 'ServerlessCodeDeployCondition';

/** Fn::Or takes no more. */
const AT_ONCE = 10;

/**
 * The application of all deployment groups, the role that CodeDeploy takes for those that name none, and, if every group hangs on a
 * condition, the one under which any of them exists.
 */
export function codeDeployResources(preferences: readonly DeploymentPreference[]): {
  resources: Record<string, ResourceDefinition>;
  conditions: Record<string, unknown>;
} {
  if (preferences.length === 0) return { resources: {}, conditions: {} };
  const own = preferences.map((one) => one.condition);
  const names = [...new Set(own.filter((name) => name !== undefined))];
  const always = own.includes(undefined);
  const attributes = always ? {} : { Condition: names.length > 1 ? condition : (names[0] ?? '') };
  return {
    resources: {
      [application]: plainResource('AWS::CodeDeploy::Application', { ComputePlatform: 'Lambda' }, attributes),
      ...(preferences.some(({ needsRole }) => needsRole) && {
        [serviceRole]: plainResource(
          'AWS::IAM::Role',
          {
            AssumeRolePolicyDocument: trustOf('codedeploy.amazonaws.com'),
            ManagedPolicyArns: [managedPolicy('service-role/AWSCodeDeployRoleForLambda')],
          },
          attributes,
        ),
      }),
    },
    conditions: always ? {} : anyOf(names),
  };
}

/** One condition that holds where any does. More than ten are gathered in steps, whose numbers count down as SAM's do. */
function anyOf(names: readonly string[]): Record<string, unknown> {
  const conditions: Record<string, unknown> = {};
  let left = names;
  let steps = Math.ceil((names.length - 1) / (AT_ONCE - 1)) - 1;
  while (left.length > 1) {
    const name = steps > 0 ? `${condition}${String(steps)}` : condition;
    steps -= 1;
    conditions[name] = { 'Fn::Or': left.slice(0, AT_ONCE).map((one) => ({ Condition: one })) };
    left = [...left.slice(AT_ONCE), name];
  }
  return conditions;
}
