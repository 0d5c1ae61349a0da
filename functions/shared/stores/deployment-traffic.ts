import { BatchGetDeploymentTargetsCommand, ListDeploymentTargetsCommand } from '@aws-sdk/client-codedeploy';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';

/** How far releases have come. */
export function deploymentTraffic(codeDeploy: CodeDeployClient) {
  /**
   * False if the new version surely never got an invocation from the alias: its deployment ended before, as when the first hook said no.
   * Where CodeDeploy leaves room for doubt, true.
   */
  async function receivedTraffic(deploymentId: string): Promise<boolean> {
    const { targetIds = [] } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
    if (targetIds.length === 0) return true;
    const { deploymentTargets = [] } = await codeDeploy.send(
      new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
    );
    return deploymentTargets.some(({ lambdaTarget }) => {
      const shift = lambdaTarget?.lifecycleEvents?.find(({ lifecycleEventName: name }) => name === 'AllowTraffic');
      return shift?.status !== 'Pending' && shift?.status !== 'Skipped';
    });
  }

  return { receivedTraffic };
}
