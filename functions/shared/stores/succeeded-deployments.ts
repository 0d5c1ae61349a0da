import { ListDeploymentGroupsCommand, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';

/** What was released, in one application of CodeDeploy. */
export function succeededDeployments(codeDeploy: CodeDeployClient, applicationName: string) {
  /** The ids of all deployments that were created since, and succeeded. Of each group the last hundred, which is one page. */
  async function succeededSince(since: Date): Promise<string[]> {
    const { deploymentGroups = [] } = await codeDeploy.send(new ListDeploymentGroupsCommand({ applicationName }));
    const lists = await Promise.all(
      deploymentGroups.map((deploymentGroupName) =>
        codeDeploy.send(
          new ListDeploymentsCommand({
            ...{ applicationName, deploymentGroupName },
            includeOnlyStatuses: ['Succeeded'],
            createTimeRange: { start: since },
          }),
        ),
      ),
    );
    return lists.flatMap(({ deployments = [] }) => deployments);
  }

  return { succeededSince };
}
