import { readTags } from './tags.ts';
import { inherited, objectOf, plainResource, refuseOthers, type Expanded, type Expansion } from './macro.ts';
import type { ResourceDefinition } from '../template.ts';
import type { Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

const known = [
  'TableName',
  'PrimaryKey',
  'ProvisionedThroughput',
  'PointInTimeRecoverySpecification',
  'SSESpecification',
  'Tags',
];
const types: Readonly<Record<string, string>> = { String: 'S', Number: 'N', Binary: 'B' };

/** A table with one key attribute: `id`, a string, where the template says nothing else. */
export function expandSimpleTable(logicalId: string, resource: ResourceDefinition, expansion: Expansion): Expanded {
  const path = ['Resources', logicalId, 'Properties'];
  const { PrimaryKey: key, ProvisionedThroughput: throughput, Tags: tags, ...others } = resource.Properties;
  refuseOthers(expansion, path, resource.Properties, known, 'AWS::Serverless::SimpleTable');
  const { Name: name, Type: type }: Fields =
    key === undefined
      ? { Name: 'id', Type: 'String' }
      : objectOf(expansion, [...path, 'PrimaryKey'], key, ['Name', 'Type'], 'PrimaryKey');
  const attributeType = typeof type === 'string' && Object.hasOwn(types, type) ? types[type] : undefined;
  if (name === undefined || attributeType === undefined) {
    throw new TemplateError(
      `${expansion.template.where([...path, 'PrimaryKey'])}: ${logicalId}: PrimaryKey needs a Name and a Type, one of ${Object.keys(types).join(', ')}.`,
    );
  }
  const table: Fields = {
    ...others,
    AttributeDefinitions: [{ AttributeName: name, AttributeType: attributeType }],
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    ...(throughput === undefined ? { BillingMode: 'PAY_PER_REQUEST' } : { ProvisionedThroughput: throughput }),
    ...(tags !== undefined && {
      Tags: Object.entries(readTags([...path, 'Tags'], tags, expansion) ?? {}).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
  return {
    resources: {
      [logicalId]: plainResource('AWS::DynamoDB::Table', table, {
        ...inherited(resource),
        DependsOn: resource.DependsOn,
      }),
    },
    renamed: {},
  };
}
