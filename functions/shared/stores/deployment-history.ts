import { ListDeploymentGroupsCommand, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import type { CodeDeployClient, DeploymentStatus } from '@aws-sdk/client-codedeploy';

/** The ids of deployments: those that succeeded, and those that did not or have not ended yet. */
export type DeploymentIds = { succeeded: string[]; others: string[] };

const others: DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready', 'Failed', 'Stopped'];

/** The past deployments of one application of CodeDeploy. */
export function deploymentHistory(codeDeploy: CodeDeployClient, applicationName: string) {
  /** All deployments that were created since. Of each group and kind the last hundred, which is one page. */
  async function deploymentsSince(since: Date): Promise<DeploymentIds> {
    const { deploymentGroups = [] } = await codeDeploy.send(new ListDeploymentGroupsCommand({ applicationName }));
    const listed = async (includeOnlyStatuses: DeploymentStatus[]): Promise<string[]> => {
      const lists = await Promise.all(
        deploymentGroups.map((deploymentGroupName) =>
          codeDeploy.send(
            new ListDeploymentsCommand({
              ...{ applicationName, deploymentGroupName, includeOnlyStatuses },
              createTimeRange: { start: since },
            }),
          ),
        ),
      );
      return lists.flatMap(({ deployments = [] }) => deployments);
    };
    return { succeeded: await listed(['Succeeded']), others: await listed(others) };
  }

  return { deploymentsSince };
}
