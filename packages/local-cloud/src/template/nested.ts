import { readFile } from 'node:fs/promises';
import { dirname, join, resolve as resolvePath } from 'node:path';
import type { Artifact } from '../builder/artifact.ts';
import { build, type BuildOptions } from '../builder/build.ts';
import { layDownTemplate } from './built-template.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { parameterValues, type ParameterValue } from './parameters.ts';
import type { Path } from './read-yaml.ts';
import { createScope, type Deployment } from './scope.ts';
import { readTemplate, type ResourceDefinition, type Template } from './template.ts';
import { isFields } from './fields.ts';
import { TemplateError } from './template-error.ts';
import { isUnknown, unknown } from './unknown.ts';

/** The property that names the nested template, of each resource type that has one. */
const locations: Readonly<Record<string, string>> = {
  'AWS::Serverless::Application': 'Location',
  'AWS::CloudFormation::Stack': 'TemplateURL',
};

export type Parent = {
  template: Template;
  scope: Scope;
  place: Omit<Deployment, 'parameters'>;
};

/**
 * Builds each nested template of a template with the functions and layers in it, as `sam build` does; by logical id. A nested template
 * whose condition is false is not even read, unlike with `sam build`. Throws TemplateError and BuildError.
 */
export async function buildNestedTemplates(parent: Parent, options: BuildOptions): Promise<Map<string, Artifact>> {
  const nested = Object.entries(parent.template.resources).filter(([id, one]) => isLocal(id, one, parent));
  const built = await Promise.all(
    nested.map(async ([id, one]) => [id, await buildNested(id, one, parent, options)] as const),
  );
  return new Map(built);
}

async function buildNested(
  logicalId: string,
  resource: ResourceDefinition,
  parent: Parent,
  options: BuildOptions,
): Promise<Artifact> {
  const { template: above, place } = parent;
  const { base = options.root, prefix = '' } = options;
  const property = locations[resource.Type] ?? '';
  const location = String(resource.Properties[property]);
  const path = resolvePath(base, location);
  const key = `${prefix}${logicalId}`;
  // Followed before it is read: a correction of an unreadable template must be noticed.
  options.memory?.set(key, { sources: { files: [path], folders: [] } });
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const where = above.where(['Resources', logicalId, 'Properties', property]);
    throw new TemplateError(
      `${where}: ${logicalId}: the template ${path} cannot be read: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  });
  const file = join(dirname(above.where([]).replace(/(:\d+){0,2}$/, '')), location);
  const template = readTemplate(text, file);
  const parameters = checkedValues(template, logicalId, resource, parent);
  const scope = createScope(template, { ...place, parameters });
  const inner = {
    ...options,
    base: dirname(path),
    prefix: `${key}/`,
    folder: join(options.folder, logicalId),
  };
  const [artifacts, nested] = await Promise.all([
    build(template, scope, inner),
    buildNestedTemplates({ template, scope, place }, inner),
  ]);
  return layDownTemplate({ file, text, artifacts: Object.fromEntries([...artifacts, ...nested]) }, inner.folder);
}

/** Throws TemplateError for parameters that the nested template does not have, needs or allows. */
function checkedValues(
  template: Template,
  logicalId: string,
  resource: ResourceDefinition,
  { template: above, scope }: Parent,
): Record<string, ParameterValue> {
  const given = givenParameters(logicalId, resource, above, scope);
  try {
    return parameterValues(template, given);
  } catch (cause) {
    if (!(cause instanceof TemplateError)) throw cause;
    const where = above.where(['Resources', logicalId, 'Properties', 'Parameters']);
    throw new TemplateError(`${where}: ${logicalId}: ${cause.message}`, { cause });
  }
}

/** Is it a nested template in a file beside this one, and is the resource to exist? */
function isLocal(
  logicalId: string,
  { Type: type, Properties: properties, Condition: when }: ResourceDefinition,
  { scope }: Parent,
): boolean {
  const property = Object.hasOwn(locations, type) ? locations[type] : undefined;
  const location = property === undefined ? undefined : properties[property];
  if (typeof location !== 'string' || /^[a-z0-9]+:\/\//i.test(location)) return false;
  return when === undefined || scope.condition(when, ['Resources', logicalId, 'Condition']);
}

/**
 * The parameters that a nested stack is given, as far as they are known before anything exists; text with `unknown` in it for those
 * that are not. Throws TemplateError if they are not a map.
 */
export function givenParameters(
  logicalId: string,
  { Properties: properties }: ResourceDefinition,
  template: Pick<Template, 'resources' | 'where'>,
  scope: Scope,
): Record<string, string> {
  const path: Path = ['Resources', logicalId, 'Properties', 'Parameters'];
  const written = properties['Parameters'] ?? {};
  if (!isFields(written)) throw new TemplateError(`${scope.where(path)}: ${logicalId}: Parameters must be a map.`);
  const beforeAnythingExists: Scope = {
    ...scope,
    ref: (name, at) => (Object.hasOwn(template.resources, name) ? unknown : scope.ref(name, at)),
    attribute: () => unknown,
  };
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, known(value, beforeAnythingExists, [...path, name])]),
  );
}

function known(value: unknown, scope: Scope, path: Path): string {
  try {
    const resolved = resolve(value, scope, path);
    if (typeof resolved === 'string') return resolved;
    return isUnknown(resolved) ? unknown : JSON.stringify(resolved);
  } catch (error) {
    // A function of an unknown value (the third part of an ARN). If it is wrong in itself, the check of all properties reports it.
    if (error instanceof TemplateError) return unknown;
    throw error;
  }
}
