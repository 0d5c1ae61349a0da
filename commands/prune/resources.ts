import { paginateListStackResources, type CloudFormationClient } from '@aws-sdk/client-cloudformation';

/** `physicalId` is what `Ref` returns: a name or an ARN. */
export type StackResource = { type: string; physicalId: string };

/** The resources of a stack and of the stacks nested in it. */
export async function listResources(cloudFormation: CloudFormationClient, stackName: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const { StackResourceSummaries: page = [] } of paginateListStackResources(
    { client: cloudFormation },
    { StackName: stackName },
  )) {
    for (const { ResourceType: type = '', PhysicalResourceId: physicalId } of page) {
      if (physicalId !== undefined) found.push({ type, physicalId });
    }
  }
  const nested = found.filter(({ type }) => type === 'AWS::CloudFormation::Stack');
  const inner = await Promise.all(nested.map(({ physicalId }) => listResources(cloudFormation, physicalId)));
  return [...found, ...inner.flat()];
}

/** The physical ids of one type. */
export function ofType(resources: readonly StackResource[], type: string): string[] {
  return resources.filter((one) => one.type === type).map(({ physicalId }) => physicalId);
}
