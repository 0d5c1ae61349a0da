import { publish } from './alias.ts';
import { deploymentPreference } from './deployment-preference.ts';
import { functionEvents } from './events.ts';
import { eventInvokeConfig } from './event-invoke-config.ts';
import { functionRole } from './function-role.ts';
import { withGlobals } from './globals.ts';
import { defined, inherited, objectOf, plainResource, refuseOthers, type Expanded, type Expansion } from './macro.ts';
import type { Path } from '../read-yaml.ts';
import type { ResourceDefinition } from '../template.ts';
import type { Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';
import { readTags, tags } from './tags.ts';

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
  'DeploymentPreference',
];

/** A serverless function: the function itself, its role, version, alias and deployment group, and what its events need. */
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
  const preference = deploymentPreference(logicalId, properties, resource, expansion);
  const updatePolicy = preference?.updatePolicy;
  const alias = publish(logicalId, properties, plain, { resource, updatePolicy }, expansion);
  const invokeConfig = eventInvokeConfig(logicalId, properties, alias, attributes, expansion);
  const events = functionEvents(logicalId, properties, alias?.id, resource, expansion);
  const resources: Record<string, ResourceDefinition> = {
    [logicalId]: plainResource('AWS::Lambda::Function', plain, {
      ...attributes,
      DependsOn: resource.DependsOn,
      ...(resource.Metadata && { Metadata: resource.Metadata }),
    }),
    ...alias?.resources,
    ...(preference && { [preference.groupId]: preference.group }),
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
    ...(preference && { preference }),
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
