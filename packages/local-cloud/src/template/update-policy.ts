import type { Path } from './read-yaml.ts';
import { isFields, type Fields } from './fields.ts';

const members = ['ApplicationName', 'DeploymentGroupName', 'BeforeAllowTrafficHook', 'AfterAllowTrafficHook'];

/**
 * A resource's UpdatePolicy: how an alias of Lambda is moved by CodeDeploy. `fail` throws, with the place, for every other policy, and
 * for one on another type.
 */
export function readUpdatePolicy(
  { id, type, value }: { id: string; type: string; value: unknown },
  fail: (path: Path, message: string) => never,
): Fields {
  const path = ['Resources', id, 'UpdatePolicy'];
  const objectAt = (at: Path, of: unknown): Fields =>
    isFields(of) ? of : fail(at, `Template format error: ${at.slice(2).join('.')} of ${id} must be an object.`);
  if (type !== 'AWS::Lambda::Alias') fail(path, `${id}: the local cloud does not implement UpdatePolicy of ${type}.`);
  const policies = objectAt(path, value);
  for (const name of Object.keys(policies)) {
    if (name !== 'CodeDeployLambdaAliasUpdate') {
      fail([...path, name], `${id}: the local cloud does not implement UpdatePolicy.${name}.`);
    }
  }
  const at = [...path, 'CodeDeployLambdaAliasUpdate'];
  const update = objectAt(at, policies['CodeDeployLambdaAliasUpdate']);
  for (const name of Object.keys(update)) {
    if (!members.includes(name)) {
      const what = `UpdatePolicy.CodeDeployLambdaAliasUpdate.${name}`;
      fail([...at, name], `${id}: the local cloud does not implement ${what}.`);
    }
  }
  for (const name of ['ApplicationName', 'DeploymentGroupName']) {
    if (update[name] === undefined) fail(at, `${id}: UpdatePolicy.CodeDeployLambdaAliasUpdate needs ${name}.`);
  }
  return policies;
}
