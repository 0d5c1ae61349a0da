import type { Artifact } from '../../builder/artifact.ts';
import type { Path } from '../read-yaml.ts';
import type { ResourceDefinition, Template } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

/** What the expansion of one serverless resource is given. */
export type Expansion = {
  template: Template;
  /** What was built for a function or layer, by logical id. */
  artifacts: ReadonlyMap<string, Artifact>;
  /** A value with its references to parameters done, as SAM does them before anything is deployed; what it cannot do stays. */
  withParameters: (value: unknown, path: Path) => unknown;
  /** The same with `Fn::FindInMap` done too. */
  withMappings: (value: unknown, path: Path) => unknown;
};

/** What one serverless resource becomes. */
export type Expanded = {
  resources: Record<string, ResourceDefinition>;
  /** Names that the template may use and the plain one does not have: `Fn.Alias` is now `FnAliaslive`. */
  renamed: Record<string, string>;
  /** How CodeDeploy is to release the function. */
  preference?: DeploymentPreference;
};

/** The attributes that SAM copies from a serverless resource to all that it becomes. */
export function inherited(resource: ResourceDefinition): Partial<ResourceDefinition> {
  const { Condition, DeletionPolicy, UpdateReplacePolicy } = resource;
  return {
    ...(Condition !== undefined && { Condition }),
    ...(DeletionPolicy !== undefined && { DeletionPolicy }),
    ...(UpdateReplacePolicy !== undefined && { UpdateReplacePolicy }),
  };
}

/** A plain resource, without the properties that have no value. */
export function plainResource(
  type: string,
  properties: Fields,
  attributes: Partial<ResourceDefinition> = {},
): ResourceDefinition {
  return { Type: type, Properties: defined(properties), DependsOn: [], ...attributes };
}

export function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Throws TemplateError that names every property that is not among `known`. */
export function refuseOthers(
  { template: { where } }: Expansion,
  path: Path,
  properties: Fields,
  known: readonly string[],
  what: string,
): void {
  const unknown = Object.keys(properties).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new TemplateError(
    unknown
      .map((name) => {
        const property = [...path.slice(1), name].join('.');
        return `${where([...path, name])}: ${property}: the local cloud does not implement this property of ${what}.`;
      })
      .join('\n'),
  );
}

/** The value as an object of these members and no others. Throws TemplateError for anything else. */
export function objectOf(
  expansion: Expansion,
  path: Path,
  value: unknown,
  known: readonly string[],
  what: string,
): Fields {
  if (!isFields(value)) throw wrong(expansion, path, 'must be an object');
  refuseOthers(expansion, path, value, known, what);
  return value;
}

/** The value if it is true or false (or absent), which SAM must know before anything is deployed. Throws TemplateError. */
export function flagOf(expansion: Expansion, path: Path, value: unknown): boolean | undefined {
  const known = expansion.withParameters(value, path);
  if (known === undefined || typeof known === 'boolean') return known;
  if (known === 'true' || known === 'false') return known === 'true';
  throw wrong(expansion, path, 'must be a boolean');
}

function wrong({ template: { where } }: Expansion, path: Path, why: string): TemplateError {
  return new TemplateError(`${where(path)}: ${path.slice(1).join('.')} ${why}.`);
}
/** An enabled `DeploymentPreference`: what CodeDeploy is told of one function. */
export type DeploymentPreference = {
  /** Of the function's alias. */
  updatePolicy: Fields;
  groupId: string;
  group: ResourceDefinition;
  /** Whether the group takes the role that SAM makes, since it names none. */
  needsRole: boolean;
  /** Under which the group exists; undefined: always. */
  condition: string | undefined;
};
