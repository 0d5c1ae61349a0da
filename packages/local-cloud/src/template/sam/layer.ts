import { shortHash } from './short-hash.ts';
import { inherited, plainResource, refuseOthers, type Expanded, type Expansion } from './macro.ts';
import type { ResourceDefinition } from '../template.ts';
import { TemplateError } from '../template-error.ts';

const known = [
  'LayerName',
  'Description',
  'PublishLambdaVersion',
  'ContentUri',
  'CompatibleArchitectures',
  'CompatibleRuntimes',
  'LicenseInfo',
  'RetentionPolicy',
];

/**
 * A layer version. Its logical id ends with a hash of its properties, so that a changed layer is a new resource and the old version,
 * which published functions still use, is kept.
 */
export function expandLayer(logicalId: string, resource: ResourceDefinition, expansion: Expansion): Expanded {
  const path = ['Resources', logicalId, 'Properties'];
  const properties = resource.Properties;
  refuseOthers(expansion, path, properties, known, 'AWS::Serverless::LayerVersion');
  const content = expansion.artifacts.get(logicalId);
  if (content === undefined) {
    throw new TemplateError(`${expansion.template.where(path)}: ${logicalId}: nothing was built from its ContentUri.`);
  }
  const passedOn = ['Description', 'CompatibleArchitectures', 'CompatibleRuntimes', 'LicenseInfo'];
  const id = `${logicalId}${shortHash(expansion.withParameters({ ...properties, ContentUri: content.Sha256 }, path))}`;
  return {
    resources: {
      [id]: plainResource(
        'AWS::Lambda::LayerVersion',
        {
          ...Object.fromEntries(passedOn.map((name) => [name, properties[name]])),
          LayerName: properties['LayerName'] ?? logicalId,
          Content: content,
        },
        {
          DeletionPolicy: 'Retain',
          ...inherited(resource),
          ...retentionPolicy(properties['RetentionPolicy'], logicalId, expansion),
          DependsOn: resource.DependsOn,
        },
      ),
    },
    renamed: { [logicalId]: id },
  };
}

function retentionPolicy(word: unknown, logicalId: string, { template }: Expansion): Partial<ResourceDefinition> {
  if (word === undefined) return {};
  const policy = (['Retain', 'Delete'] as const).find(
    (one) => typeof word === 'string' && one.toLowerCase() === word.toLowerCase(),
  );
  if (policy !== undefined) return { DeletionPolicy: policy };
  const where = template.where(['Resources', logicalId, 'Properties', 'RetentionPolicy']);
  throw new TemplateError(`${where}: 'RetentionPolicy' must be one of the following options: Retain, Delete.`);
}
