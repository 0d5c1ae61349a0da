import type { Ordered } from './references.ts';
import type { Template } from './template.ts';

export type Accepted = { type: string; property: string; reason: string };

/**
 * Properties that are kept and described but change nothing here: at most ten names, none of which touches delivery, permission or
 * timing. Whoever deploys a template that has them is told so. Every other property is implemented, or refused by name.
 */
export const accepted: readonly Accepted[] = [
  { type: 'any type', property: 'Tags', reason: 'nothing here bills, searches or permits by tags' },
  {
    type: 'AWS::DynamoDB::Table',
    property: 'PointInTimeRecoverySpecification',
    reason: 'there is nothing to restore from',
  },
  { type: 'AWS::DynamoDB::Table', property: 'SSESpecification', reason: 'items lie on this machine as they came' },
  { type: 'AWS::Lambda::Function', property: 'Architectures', reason: "functions run on this machine's processor" },
  {
    type: 'AWS::Lambda::Function',
    property: 'EphemeralStorage',
    reason: "/tmp is this machine's, and as large as that",
  },
  { type: 'AWS::S3::Bucket', property: 'BucketEncryption', reason: 'objects lie on this machine as they came' },
  { type: 'AWS::SQS::Queue', property: 'SqsManagedSseEnabled', reason: 'messages lie on this machine as they came' },
];

/** One line for each accepted property that the resources have. */
export function acceptedIn({ resources }: Pick<Template, 'resources'>, ordered: Ordered): string[] {
  return accepted.flatMap(({ type, property, reason }) => {
    const found = ordered.some(({ logicalId }) => {
      const resource = resources[logicalId];
      const concerns = type === resource?.Type || type === 'any type';
      return concerns && resource !== undefined && Object.hasOwn(resource.Properties, property);
    });
    return found ? [`${property} (${type}): ${reason}.`] : [];
  });
}
