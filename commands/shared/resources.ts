import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { ClientConfig } from './target.ts';

export type Resource = {
  /** Of the nested stacks that it is in, and its own: `GalleryStack/CreateUploadFunction`. */
  path: string;
  logicalId: string;
  type: string;
  physicalId: string;
};

/** All resources of a stack, those of nested stacks included. */
export async function resourcesOf(client: ClientConfig, stackName: string, within = ''): Promise<Resource[]> {
  const pages = paginateListStackResources({ client: new CloudFormationClient(client) }, { StackName: stackName });
  const found: Resource[] = [];
  for await (const { StackResourceSummaries: summaries = [] } of pages) {
    for (const {
      LogicalResourceId: logicalId = '',
      ResourceType: type = '',
      PhysicalResourceId: id = '',
    } of summaries) {
      const path = `${within}${logicalId}`;
      found.push({ path, logicalId, type, physicalId: id });
      if (type === 'AWS::CloudFormation::Stack') found.push(...(await resourcesOf(client, id, `${path}/`)));
    }
  }
  return found;
}
