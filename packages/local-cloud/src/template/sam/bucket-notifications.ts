import type { Expansion } from './macro.ts';
import { functionCall } from '../intrinsics.ts';
import type { ResourceDefinition } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

/**
 * Buckets with the notifications that the functions' S3 events ask for. Each waits for the permission: S3 checks at once whether it may
 * invoke the function.
 */
export function withBucketNotifications(
  resources: Record<string, ResourceDefinition>,
  { template }: Expansion,
): Record<string, ResourceDefinition> {
  const result = { ...resources };
  for (const [logicalId, { Type: type, Properties: properties, Condition: condition }] of Object.entries(
    template.resources,
  )) {
    if (type !== 'AWS::Serverless::Function' || !isFields(properties['Events'])) continue;
    for (const [name, event] of Object.entries(properties['Events'])) {
      if (!isFields(event) || event['Type'] !== 'S3' || !isFields(event['Properties'])) continue;
      const { Bucket: bucket, Events: events, Filter: filter } = event['Properties'];
      const where = template.where(['Resources', logicalId, 'Properties', 'Events', name]);
      const reference = functionCall(bucket);
      const bucketId = reference?.name === 'Ref' ? String(reference.argument) : '';
      const bucketResource = result[bucketId];
      if (bucketResource?.Type !== 'AWS::S3::Bucket') {
        throw new TemplateError(`${where}: S3 events must reference an S3 bucket in the same template.`);
      }
      const arn = notifiedArn(logicalId, resources);
      const configurations = [events].flat().map((one) => {
        const configuration = { Event: one, Function: arn, ...(filter !== undefined && { Filter: filter }) };
        return condition === undefined
          ? configuration
          : { 'Fn::If': [condition, configuration, { Ref: 'AWS::NoValue' }] };
      });
      result[bucketId] = notified(bucketResource, configurations, `${logicalId}${name}Permission`);
    }
  }
  return result;
}

/** The alias where the function has one, as for every event. */
function notifiedArn(logicalId: string, resources: Record<string, ResourceDefinition>): Fields {
  const alias = Object.entries(resources).find(
    ([, { Type: type, Properties: properties }]) =>
      type === 'AWS::Lambda::Alias' && functionCall(properties['FunctionName'])?.argument === logicalId,
  );
  return alias ? { Ref: alias[0] } : { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

function notified(bucket: ResourceDefinition, configurations: Fields[], permissionId: string): ResourceDefinition {
  const own = bucket.Properties['NotificationConfiguration'];
  const notification = isFields(own) ? own : {};
  const already = notification['LambdaConfigurations'];
  return {
    ...bucket,
    DependsOn: [...bucket.DependsOn, permissionId],
    Properties: {
      ...bucket.Properties,
      NotificationConfiguration: {
        ...notification,
        LambdaConfigurations: [...(Array.isArray(already) ? (already as unknown[]) : []), ...configurations],
      },
    },
  };
}
