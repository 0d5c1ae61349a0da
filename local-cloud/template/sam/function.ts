import { functionEvents } from './events.ts';
import { eventInvokeConfig } from './event-invoke-config.ts';
import { functionRole } from './function-role.ts';
import { withGlobals } from './globals.ts';
import { shortHash } from './short-hash.ts';
import {
  defined,
  flagOf,
  inherited,
  objectOf,
  plainResource,
  refuseOthers,
  type Expanded,
  type Expansion,
} from './macro.ts';
import { functionCall } from '../intrinsics.ts';
import type { Path } from '../read-yaml.ts';
import { isFields, type Fields, type ResourceDefinition } from '../template.ts';
import { TemplateError } from '../template-error.ts';

/** Properties that AWS::Lambda::Function has under the same name; what of them is implemented, its provider knows. */
const passedOn = [
  'FunctionName',
  'Handler',
  'Runtime',
  'Description',
  'MemorySize',
  'Timeout',
  'VpcConfig',
  'Environment',
  'KmsKeyArn',
  'ReservedConcurrentExecutions',
  'Layers',
  'FileSystemConfigs',
  'PackageType',
  'Architectures',
  'SnapStart',
  'EphemeralStorage',
  'CodeSigningConfigArn',
  'RuntimeManagementConfig',
  'LoggingConfig',
  'RecursiveLoop',
];
const ownOfSam = [
  'CodeUri',
  'InlineCode',
  'Role',
  'Policies',
  'AssumeRolePolicyDocument',
  'RolePath',
  'Tracing',
  'Tags',
  'DeadLetterQueue',
  'EventInvokeConfig',
  'Events',
  'AutoPublishAlias',
  'AutoPublishCodeSha256',
  'AutoPublishAliasAllProperties',
  'VersionDescription',
];

/** A serverless function: the function itself, its role, version and alias, and what its events need. */
export function expandFunction(logicalId: string, resource: ResourceDefinition, expansion: Expansion): Expanded {
  const path = ['Resources', logicalId, 'Properties'];
  const properties = withGlobals(expansion.template, resource.Properties);
  refuseOthers(expansion, path, properties, [...passedOn, ...ownOfSam], 'AWS::Serverless::Function');

  const attributes = inherited(resource);
  const tracing = properties['Tracing'];
  const traced = tracing !== undefined && expansion.withParameters(tracing, [...path, 'Tracing']) !== 'Disabled';
  const deadLetterQueue = readDeadLetterQueue([...path, 'DeadLetterQueue'], properties['DeadLetterQueue'], expansion);
  const plain: Fields = defined({
    ...Object.fromEntries(passedOn.map((name) => [name, properties[name]])),
    Code: code(logicalId, expansion),
    Role: properties['Role'] ?? { 'Fn::GetAtt': [`${logicalId}Role`, 'Arn'] },
    Tags: tags(readTags([...path, 'Tags'], properties['Tags'], expansion)),
    ...(traced && { TracingConfig: { Mode: tracing } }),
    ...(deadLetterQueue && { DeadLetterConfig: { TargetArn: deadLetterQueue['TargetArn'] } }),
  });
  const alias = publish(logicalId, properties, plain, resource, expansion);
  const invokeConfig = eventInvokeConfig(logicalId, properties, alias, attributes, expansion);
  const events = functionEvents(logicalId, properties, alias?.id, resource, expansion);
  const resources: Record<string, ResourceDefinition> = {
    [logicalId]: plainResource('AWS::Lambda::Function', plain, {
      ...attributes,
      DependsOn: resource.DependsOn,
      ...(resource.Metadata && { Metadata: resource.Metadata }),
    }),
    ...alias?.resources,
    ...invokeConfig.resources,
    ...events.resources,
  };
  if (properties['Role'] === undefined) {
    resources[`${logicalId}Role`] = functionRole(logicalId, properties, {
      traced,
      policies: invokeConfig.policies,
      managedPolicies: events.managedPolicies,
      attributes,
      expansion,
    });
  }
  return {
    resources,
    renamed: alias ? { [`${logicalId}.Version`]: alias.versionId, [`${logicalId}.Alias`]: alias.id } : {},
  };
}

function code(logicalId: string, { artifacts, template }: Expansion): unknown {
  const artifact = artifacts.get(logicalId);
  if (artifact !== undefined) return artifact;
  const where = template.where(['Resources', logicalId, 'Properties']);
  throw new TemplateError(`${where}: ${logicalId}: Either 'InlineCode' or 'CodeUri' must be set.`);
}

function readDeadLetterQueue(path: Path, value: unknown, expansion: Expansion): Fields | undefined {
  if (value === undefined) return undefined;
  const queue = objectOf(expansion, path, value, ['Type', 'TargetArn'], 'DeadLetterQueue');
  if (queue['TargetArn'] !== undefined && (queue['Type'] === 'SQS' || queue['Type'] === 'SNS')) return queue;
  throw new TemplateError(
    `${expansion.template.where(path)}: ${path.slice(1).join('.')}: 'DeadLetterQueue' requires Type (SQS or SNS) and TargetArn properties to be specified.`,
  );
}

/** A map of names and values, which SAM makes a list of. */
export function readTags(path: Path, value: unknown, expansion: Expansion): Fields | undefined {
  if (value === undefined || isFields(value)) return value;
  throw new TemplateError(
    `${expansion.template.where(path)}: ${path.slice(1).join('.')} must be a map of names and values.`,
  );
}

/** SAM marks what it made. */
export function tags(own: unknown): Fields[] {
  const pairs = isFields(own) ? Object.entries(own).map(([Key, Value]) => ({ Key, Value })) : [];
  return [{ Key: 'lambda:createdBy', Value: 'SAM' }, ...pairs];
}

export type Alias = { id: string; name: string; versionId: string; resources: Record<string, ResourceDefinition> };

/**
 * `AutoPublishAlias`: a version and the alias that points to it. The version's logical id ends with a hash of what makes a new one:
 * the code, the environment and the memory as the template writes them (`AutoPublishAliasAllProperties`: all properties, and layers that
 * ask for it), or `AutoPublishCodeSha256` alone.
 */
function publish(
  logicalId: string,
  properties: Fields,
  plain: Fields,
  resource: ResourceDefinition,
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
        attributes,
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
