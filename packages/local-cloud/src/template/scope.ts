import { createConditions } from './conditions.ts';
import type { Scope } from './intrinsics.ts';
import type { ParameterValue } from './parameters.ts';
import type { Path } from './read-yaml.ts';
import type { Template } from './template.ts';
import { isFields } from './fields.ts';
import { TemplateError } from './template-error.ts';

export type Deployment = {
  stackName: string;
  stackId: string;
  region: string;
  accountId: string;
  parameters: Readonly<Record<string, ParameterValue>>;
};

/** The resources that exist by now: what `Ref` and `Fn::GetAtt` find there; undefined where there is no such resource (yet). */
export type ResourceLookup = (
  logicalId: string,
) => { ref: string; attributes: Readonly<Record<string, unknown>> } | undefined;

export function createScope(
  template: Pick<Template, 'mappings' | 'conditions' | 'resources' | 'where'>,
  deployment: Deployment,
  lookUp: ResourceLookup = () => undefined,
): Scope {
  const known = new Map<string, unknown>([...pseudoParameters(deployment), ...Object.entries(deployment.parameters)]);
  const { where } = template;

  const lookUpOrFail = (logicalId: string, path: Path): NonNullable<ReturnType<ResourceLookup>> => {
    const found = lookUp(logicalId);
    if (found !== undefined) return found;
    throw new TemplateError(
      Object.hasOwn(template.resources, logicalId)
        ? `${where(path)}: Template format error: Unresolved resource dependencies [${logicalId}]: its condition is false, or it cannot be referenced here.`
        : `${where(path)}: Template format error: Unresolved resource dependencies [${logicalId}]: there is no such resource or parameter.`,
    );
  };

  const values: Omit<Scope, 'condition'> = {
    where,
    ref: (name, path) => (known.has(name) ? known.get(name) : lookUpOrFail(name, path).ref),
    attribute: (logicalId, name, path) => {
      const { attributes } = lookUpOrFail(logicalId, path);
      if (Object.hasOwn(attributes, name)) return attributes[name];
      throw new TemplateError(
        `${where(path)}: Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt. ` +
          `It has ${Object.keys(attributes).sort().join(', ') || 'none'}.`,
      );
    },
    mapping: (map, top, second, path) => {
      const value = [map, top, second].reduce<unknown>(
        (at, key) => (isFields(at) && Object.hasOwn(at, key) ? at[key] : undefined),
        template.mappings,
      );
      if (value === undefined) {
        throw new TemplateError(`${where(path)}: Template error: Unable to get mapping for ${map}::${top}::${second}.`);
      }
      return value;
    },
  };
  return { ...values, condition: createConditions(template, withoutResources(values, known, template)) };
}

function withoutResources(
  values: Omit<Scope, 'condition'>,
  known: ReadonlyMap<string, unknown>,
  { where }: Pick<Template, 'where'>,
): Omit<Scope, 'condition'> {
  const refuse = (name: string, path: Path): never => {
    throw new TemplateError(
      `${where(path)}: Template format error: Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template.`,
    );
  };
  return {
    ...values,
    ref: (name, path) => (known.has(name) ? known.get(name) : refuse(name, path)),
    attribute: (logicalId, _name, path) => refuse(logicalId, path),
  };
}

function pseudoParameters({ stackName, stackId, region, accountId }: Deployment): [string, unknown][] {
  return [
    ['AWS::StackName', stackName],
    ['AWS::StackId', stackId],
    ['AWS::Region', region],
    ['AWS::AccountId', accountId],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::NotificationARNs', []],
  ];
}
