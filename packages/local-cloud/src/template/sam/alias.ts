import { shortHash } from './short-hash.ts';
import { defined, flagOf, inherited, plainResource, type Expansion } from './macro.ts';
import { functionCall } from '../intrinsics.ts';
import type { ResourceDefinition } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

export type Alias = { id: string; name: string; versionId: string; resources: Record<string, ResourceDefinition> };

/**
 * `AutoPublishAlias`: a version and the alias that points to it. The version's logical id ends with a hash of what makes a new one:
 * the code, the environment and the memory as the template writes them (`AutoPublishAliasAllProperties`: all properties, and layers that
 * ask for it), or `AutoPublishCodeSha256` alone. `updatePolicy` is the alias's.
 */
export function publish(
  logicalId: string,
  properties: Fields,
  plain: Fields,
  { resource, updatePolicy }: { resource: ResourceDefinition; updatePolicy: Fields | undefined },
  expansion: Expansion,
): Alias | undefined {
  const path = ['Resources', logicalId, 'Properties'];
  const fail = (property: string, message: string): never => {
    throw new TemplateError(`${expansion.template.where([...path, property])}: ${logicalId}: ${message}`);
  };
  if (properties['AutoPublishAlias'] === undefined) return undefined;
  const name = expansion.withParameters(properties['AutoPublishAlias'], [...path, 'AutoPublishAlias']);
  if (typeof name !== 'string')
    return fail('AutoPublishAlias', "'AutoPublishAlias' must be a string or a Ref to a template parameter.");
  if (!/^(?!\d+$)[A-Za-z0-9_-]+$/.test(name)) {
    return fail(
      'AutoPublishAlias',
      `AutoPublishAlias name ('${name}') must contain only alphanumeric characters, hyphens, or underscores.`,
    );
  }
  const sha256 = expansion.withParameters(properties['AutoPublishCodeSha256'] ?? '', [
    ...path,
    'AutoPublishCodeSha256',
  ]);
  if (typeof sha256 !== 'string' || !/^[A-Za-z0-9]*$/.test(sha256)) {
    return fail(
      'AutoPublishCodeSha256',
      'AutoPublishCodeSha256 must be alphanumeric text, or a Ref to a parameter that is.',
    );
  }
  if (properties['AutoPublishCodeSha256'] !== undefined) {
    // Lambda publishes no version where nothing has changed; the description changes with the hash.
    const description = expansion.withParameters(properties['Description'], [...path, 'Description']) ?? '';
    plain['Description'] =
      typeof description !== 'string'
        ? { 'Fn::Join': [' ', [description, sha256]] }
        : description === ''
          ? sha256
          : `${description} ${sha256}`;
  }
  const allProperties =
    flagOf(expansion, [...path, 'AutoPublishAliasAllProperties'], properties['AutoPublishAliasAllProperties']) === true;
  const versionId = `${logicalId}Version${sha256 === '' ? shortHash(versioned(plain, allProperties, expansion)) : sha256.slice(0, 10)}`;
  const id = `${logicalId}Alias${name.replaceAll('-', 'D').replaceAll('_', 'U')}`;
  const attributes = inherited(resource);
  return {
    id,
    name,
    versionId,
    resources: {
      [versionId]: plainResource(
        'AWS::Lambda::Version',
        { FunctionName: { Ref: logicalId }, Description: properties['VersionDescription'] },
        { DeletionPolicy: 'Retain', ...attributes },
      ),
      [id]: plainResource(
        'AWS::Lambda::Alias',
        {
          Name: name,
          FunctionName: { Ref: logicalId },
          FunctionVersion: { 'Fn::GetAtt': [versionId, 'Version'] },
        },
        { ...attributes, ...(updatePolicy && { UpdatePolicy: updatePolicy }) },
      ),
    },
  };
}

function versioned(plain: Fields, allProperties: boolean, { template, artifacts, withParameters }: Expansion): unknown {
  const { Code: code, Environment: environment, MemorySize: memory, Layers: layers } = plain;
  const codeHash = withParameters(isFields(code) ? (code['Sha256'] ?? code) : code, []);
  if (!allProperties) {
    return defined({ code: codeHash, environment: isFields(environment) ? environment : undefined, memory });
  }
  const publishing = (Array.isArray(layers) ? layers : [])
    .map(functionCall)
    .map((call) => (call?.name === 'Ref' && typeof call.argument === 'string' ? call.argument : ''))
    .filter((id) => template.resources[id]?.Properties['PublishLambdaVersion'] === true)
    // Where a layer's files lie is no change of it: once packaged, its ContentUri names their hash.
    .map((id) => [id, { ...template.resources[id]?.Properties, ContentUri: artifacts.get(id)?.Sha256 }]);
  return { ...plain, Code: codeHash, publishing };
}
