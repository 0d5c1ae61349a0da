import type { Artifact } from '../../build/artifact.ts';
import type { Path } from '../read-yaml.ts';
import type { Fields, ResourceDefinition, Template } from '../template.ts';
import { TemplateError } from '../template-error.ts';

/** What the expansion of one serverless resource is given. */
export type Expansion = {
  template: Template;
  /** What was built for a function or layer, by logical id. */
  artifacts: ReadonlyMap<string, Artifact>;
  /** A value with its references to parameters done, as SAM does them before anything is deployed; what it cannot do stays. */
  withParameters: (value: unknown, path: Path) => unknown;
};

/** What one serverless resource becomes. */
export type Expanded = {
  resources: Record<string, ResourceDefinition>;
  /** Names that the template may use and the plain one does not have: `Fn.Alias` is now `FnAliaslive`. */
  renamed: Record<string, string>;
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
      .map((name) => `${where([...path, name])}: ${name}: the local cloud does not implement this property of ${what}.`)
      .join('\n'),
  );
}
