import { expandApplication } from './application.ts';
import { mappingResolver, parameterResolver } from './before-deployment.ts';
import { withBucketNotifications } from './bucket-notifications.ts';
import { codeDeployResources } from './code-deploy.ts';
import type { DeploymentPreference, Expanded, Expansion } from './macro.ts';
import { expandFunction } from './function.ts';
import { expandLayer } from './layer.ts';
import { renameReferences } from './rename.ts';
import { expandSimpleTable } from './simple-table.ts';
import type { Artifact } from '../../builder/artifact.ts';
import type { Scope } from '../intrinsics.ts';
import type { Path } from '../read-yaml.ts';
import type { ResourceDefinition, Template } from '../template.ts';
import { TemplateError } from '../template-error.ts';

const macros: Readonly<
  Record<string, (logicalId: string, resource: ResourceDefinition, expansion: Expansion) => Expanded>
> = {
  'AWS::Serverless::Application': expandApplication,
  'AWS::Serverless::Function': expandFunction,
  'AWS::Serverless::LayerVersion': expandLayer,
  'AWS::Serverless::SimpleTable': expandSimpleTable,
};

/**
 * The template with its serverless resources in plain CloudFormation, as SAM's transform makes them: the same resources under the same
 * logical ids (the hashes in them are of our own builds).
 */
export function expandServerless(template: Template, artifacts: ReadonlyMap<string, Artifact>, scope: Scope): Template {
  const withParameters = parameterResolver(template, scope);
  const withMappings = mappingResolver(template, withParameters);
  const expansion: Expansion = { template, artifacts, withParameters, withMappings };
  const resources: Record<string, ResourceDefinition> = {};
  const renamed: Record<string, string> = {};
  /** What each generated resource comes from: errors about it point there. */
  const origins = new Map<string, string>();
  const add = (made: Readonly<Record<string, ResourceDefinition>>, origin: string): void => {
    for (const [id, one] of Object.entries(made)) {
      if (Object.hasOwn(resources, id) || (id !== origin && Object.hasOwn(template.resources, id))) {
        throw new TemplateError(
          `${template.where(['Resources', id])}: two resources are called ${id}: one of them comes from SAM's expansion. Rename yours.`,
        );
      }
      resources[id] = one;
      origins.set(id, origin);
    }
  };
  const preferences: [logicalId: string, preference: DeploymentPreference][] = [];
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const expanded = expandOne(logicalId, resource, expansion);
    Object.assign(renamed, expanded.renamed);
    add(expanded.resources, logicalId);
    if (expanded.preference) preferences.push([logicalId, expanded.preference]);
  }
  const codeDeploy = codeDeployResources(preferences.map(([, preference]) => preference));
  add(codeDeploy.resources, preferences[0]?.[0] ?? '');
  const where = (path: Path): string => {
    const [section, id, ...rest] = path;
    const origin = section === 'Resources' ? origins.get(String(id)) : undefined;
    return template.where(origin === undefined || origin === id ? path : ['Resources', origin, ...rest]);
  };
  return renameReferences(
    {
      ...template,
      where,
      conditions: { ...template.conditions, ...codeDeploy.conditions },
      resources: withBucketNotifications(resources, expansion),
    },
    renamed,
  );
}

function expandOne(logicalId: string, resource: ResourceDefinition, expansion: Expansion): Expanded {
  const { template, artifacts } = expansion;
  const macro = Object.hasOwn(macros, resource.Type) ? macros[resource.Type] : undefined;
  const where = template.where(['Resources', logicalId, 'Type']);
  if (macro === undefined) {
    if (resource.Type.startsWith('AWS::Serverless::')) {
      throw new TemplateError(`${where}: ${logicalId}: the local cloud does not implement ${resource.Type}.`);
    }
    return { resources: { [logicalId]: withArtifact(resource, artifacts.get(logicalId)) }, renamed: {} };
  }
  if (template.transforms.length === 0) {
    throw new TemplateError(
      `${where}: ${resource.Type} needs "Transform: AWS::Serverless-2016-10-31" in the template.`,
    );
  }
  return macro(logicalId, resource, expansion);
}

/** The property of a plain resource that names code, or a nested template, in this repository: `sam build` builds those too. */
const built: Readonly<Record<string, string>> = {
  'AWS::CloudFormation::Stack': 'TemplateURL',
  'AWS::Lambda::Function': 'Code',
  'AWS::Lambda::LayerVersion': 'Content',
};

function withArtifact(resource: ResourceDefinition, artifact: Artifact | undefined): ResourceDefinition {
  const property = built[resource.Type];
  if (artifact === undefined || property === undefined) return resource;
  return { ...resource, Properties: { ...resource.Properties, [property]: artifact } };
}
