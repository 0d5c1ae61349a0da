import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  type CodeDeployClient,
  type DeploymentStatus,
} from '@aws-sdk/client-codedeploy';
import { UsageError } from '../shared/target.ts';
import { ofType, type StackResource } from './resources.ts';

/** A function's version that a deployment goes from, or to. */
export type DeployedVersion = { functionName: string; version: string };

const ACTIVE: DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
/** BatchGetDeployments takes no more. */
const AT_ONCE = 25;

/**
 * The versions that the newest deployment of each deployment group names, and the newest successful one that is not a rollback: what it came
 * from is what served before. Throws UsageError if a deployment runs: until it ends, any version may be needed.
 */
export async function deployedVersions(
  codeDeploy: CodeDeployClient,
  resources: readonly StackResource[],
): Promise<DeployedVersion[]> {
  const [applicationName] = ofType(resources, 'AWS::CodeDeploy::Application');
  if (applicationName === undefined) return [];
  const groups = ofType(resources, 'AWS::CodeDeploy::DeploymentGroup');
  const found = await Promise.all(
    groups.map(async (deploymentGroupName) => {
      const list = async (statuses?: DeploymentStatus[]): Promise<string[]> => {
        const { deployments = [] } = await codeDeploy.send(
          new ListDeploymentsCommand({
            applicationName,
            deploymentGroupName,
            ...(statuses && { includeOnlyStatuses: statuses }),
          }),
        );
        return deployments;
      };
      const [active] = await list(ACTIVE);
      if (active !== undefined)
        throw new UsageError(`Deployment ${active} is in progress: no version is deleted until it has ended.`);
      const [newest] = await list();
      const released = await newestRelease(codeDeploy, await list(['Succeeded']));
      const ids = new Set([newest, released].filter((id) => id !== undefined));
      return Promise.all([...ids].map((id) => versionsOf(codeDeploy, id)));
    }),
  );
  return found.flat(2);
}

/** Undefined: there is none. */
async function newestRelease(codeDeploy: CodeDeployClient, succeeded: readonly string[]): Promise<string | undefined> {
  if (succeeded.length === 0) return undefined;
  const { deploymentsInfo = [] } = await codeDeploy.send(
    new BatchGetDeploymentsCommand({ deploymentIds: succeeded.slice(0, AT_ONCE) }),
  );
  const [newest] = deploymentsInfo
    .filter(({ rollbackInfo }) => rollbackInfo?.rollbackTriggeringDeploymentId === undefined)
    .sort((one, other) => (other.createTime?.getTime() ?? 0) - (one.createTime?.getTime() ?? 0));
  return newest?.deploymentId;
}

async function versionsOf(codeDeploy: CodeDeployClient, deploymentId: string): Promise<DeployedVersion[]> {
  const { targetIds = [] } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
  if (targetIds.length === 0) return [];
  const { deploymentTargets = [] } = await codeDeploy.send(
    new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
  );
  return deploymentTargets.flatMap(({ lambdaTarget }) => {
    const { functionName, currentVersion, targetVersion } = lambdaTarget?.lambdaFunctionInfo ?? {};
    if (functionName === undefined) return [];
    return [currentVersion, targetVersion].flatMap((version) =>
      version === undefined ? [] : [{ functionName, version }],
    );
  });
}
