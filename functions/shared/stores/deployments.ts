import {
  BatchGetDeploymentTargetsCommand,
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  LifecycleEventAlreadyCompletedException,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeployClient, LambdaFunctionInfo, RevisionLocation } from '@aws-sdk/client-codedeploy';

import { clientDefaults } from './client-defaults.ts';

/** For a client that answers a hook's question in the last ten seconds: four attempts have their end by then. */
export const answeringDefaults = {
  ...clientDefaults,
  requestHandler: { ...clientDefaults.requestHandler, requestTimeout: 2_000, socketTimeout: 2_000 },
};

/** The release of one function: its alias moves from one version to another. */
export type Deployment = {
  id: string;
  application: string;
  group: string;
  /** The name, never an ARN. */
  functionName: string;
  alias: string;
  /** What serves when the deployment begins, and again when it is rolled back. */
  currentVersion: string;
  targetVersion: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** As CodeDeploy says it: `InProgress`, `Succeeded`, `Failed`, `Stopped`, … */
  status: string;
};

type Shift = Pick<Deployment, 'functionName' | 'alias' | 'currentVersion' | 'targetVersion'>;

/** Gradual releases, as CodeDeploy knows them. */
export function deployments(codeDeploy: CodeDeployClient) {
  /** Throws where CodeDeploy does not say which function the deployment is about, or which of its versions. */
  async function describeDeployment(id: string): Promise<Deployment> {
    const { deploymentInfo: info } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId: id }));
    const shift = (await shiftByTarget(id)) ?? shiftByAppSpec(info?.revision);
    if (info === undefined || shift === undefined) {
      throw new Error(`CodeDeploy does not say which function, alias and versions the deployment ${id} is about`);
    }
    return {
      id,
      application: info.applicationName ?? '',
      group: info.deploymentGroupName ?? '',
      ...shift,
      startedAt: (info.createTime ?? info.startTime ?? new Date()).toISOString(),
      status: info.status ?? '',
    };
  }

  /** Undefined while CodeDeploy has not made out the targets of the deployment. */
  async function shiftByTarget(deploymentId: string): Promise<Shift | undefined> {
    const { targetIds = [] } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
    if (targetIds.length === 0) return undefined;
    const { deploymentTargets = [] } = await codeDeploy.send(
      new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
    );
    return whole(deploymentTargets[0]?.lambdaTarget?.lambdaFunctionInfo ?? {});
  }

  /** The names of the alarms that stop the deployments of a group; none where the group does not heed them. */
  async function alarmsOf({ application, group }: Pick<Deployment, 'application' | 'group'>): Promise<string[]> {
    const { deploymentGroupInfo } = await codeDeploy.send(
      new GetDeploymentGroupCommand({ applicationName: application, deploymentGroupName: group }),
    );
    const { enabled = false, alarms = [] } = deploymentGroupInfo?.alarmConfiguration ?? {};
    return enabled ? alarms.flatMap(({ name }) => name ?? []) : [];
  }

  /** Tells what a hook has found. Whoever says it a second time, because the first answer was lost, is not contradicted. */
  async function reportStatus(
    { deploymentId, executionId }: { deploymentId: string; executionId: string },
    status: 'Succeeded' | 'Failed',
  ): Promise<void> {
    const command = new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId,
      lifecycleEventHookExecutionId: executionId,
      status,
    });
    await codeDeploy.send(command).catch((error: unknown) => {
      if (!(error instanceof LifecycleEventAlreadyCompletedException)) throw error;
    });
  }

  return { describeDeployment, alarmsOf, reportStatus };
}

/**
 * The same out of the AppSpec that the deployment was created with: JSON (from CloudFormation) or YAML (from people), and in either
 * each of these names stands once, before its value.
 */
function shiftByAppSpec(revision: RevisionLocation | undefined): Shift | undefined {
  const text = revision?.appSpecContent?.content ?? '';
  const valueOf = (name: string) =>
    new RegExp(`(?<![\\w-])${name}["']?\\s*:\\s*["']?([^\\s"',}]+)`, 'u').exec(text)?.[1];
  return whole({
    functionName: valueOf('Name'),
    functionAlias: valueOf('Alias'),
    currentVersion: valueOf('CurrentVersion'),
    targetVersion: valueOf('TargetVersion'),
  });
}

function whole({ functionName, functionAlias, currentVersion, targetVersion }: LambdaFunctionInfo): Shift | undefined {
  if (!functionName || !functionAlias || !currentVersion || !targetVersion) return undefined;
  // An AppSpec may give the function by its ARN.
  const name = functionName.split(':function:').at(-1) ?? functionName;
  return { functionName: name, alias: functionAlias, currentVersion, targetVersion };
}
