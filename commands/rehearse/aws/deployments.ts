import {
  BatchGetDeploymentTargetsCommand,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  StopDeploymentCommand,
  type CodeDeployClient,
} from '@aws-sdk/client-codedeploy';
import { UsageError } from '../../shared/target.ts';
import { revisionOf, type Shift } from './app-spec.ts';
import { releasedOf, type Released, type Stack } from './stack.ts';
import type { Release, LifecycleEvent } from '../story.ts';

/** Throws UsageError if a release is in progress: a second one would be rejected, or would stop it. */
export async function refuseIfReleasing(stack: Stack): Promise<void> {
  const { aws, application } = stack;
  for (const { name, deploymentGroup } of releasedOf(stack)) {
    const { deployments: [running] = [] } = await aws.codeDeploy.send(
      new ListDeploymentsCommand({
        applicationName: application,
        deploymentGroupName: deploymentGroup,
        includeOnlyStatuses: ['Created', 'Queued', 'InProgress', 'Ready'],
      }),
    );
    if (running !== undefined)
      throw new UsageError(
        `A release of ${name} is already in progress (${running}). Wait for it to finish, or stop it.`,
      );
  }
}

export async function createDeployment(
  { aws, application, hooks }: Stack,
  { deploymentGroup }: Released,
  shift: Shift,
  { deploymentConfig, description }: { deploymentConfig: string; description: string },
): Promise<string> {
  const { deploymentId } = await aws.codeDeploy.send(
    new CreateDeploymentCommand({
      applicationName: application,
      deploymentGroupName: deploymentGroup,
      deploymentConfigName: deploymentConfig,
      revision: revisionOf(shift, hooks),
      description,
    }),
  );
  if (deploymentId === undefined) throw new Error('CodeDeploy did not return the ID of the deployment.');
  return deploymentId;
}

/** Does nothing if the deployment has already ended. */
export async function stopDeployment(codeDeploy: CodeDeployClient, deploymentId: string): Promise<void> {
  await codeDeploy
    .send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled: true }))
    .catch((error: unknown) => {
      if ((error as Error).name !== 'DeploymentAlreadyCompletedException') throw error;
    });
}

export type Progress = Pick<Release, 'status' | 'lifecycleEvents'> & { reason?: string };

/** The progress of a deployment. Times are ms since `since`, which is ms since 1970. */
export async function readProgress(
  codeDeploy: CodeDeployClient,
  deploymentId: string,
  since: number,
): Promise<Progress> {
  const [{ deploymentInfo: info }, lifecycleEvents] = await Promise.all([
    codeDeploy.send(new GetDeploymentCommand({ deploymentId })),
    readLifecycleEvents(codeDeploy, deploymentId, since),
  ]);
  const { code, message } = info?.errorInformation ?? {};
  const reason = [code, message].filter((part) => part !== undefined && part !== '').join(': ');
  return { status: statusOf(info?.status), lifecycleEvents, ...(reason !== '' && { reason }) };
}

/** Maps CodeDeploy's statuses to those of a story: waiting is Created, baking is InProgress. */
function statusOf(status: string | undefined): Release['status'] {
  if (status === 'Succeeded' || status === 'Failed' || status === 'Stopped') return status;
  return status === 'InProgress' || status === 'Baking' ? 'InProgress' : 'Created';
}

const lifecycleEventNames: readonly string[] = [
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] satisfies LifecycleEvent['name'][];

/** By deployment, whose only target never changes. */
const targets = new Map<string, string[]>();

async function readLifecycleEvents(
  codeDeploy: CodeDeployClient,
  deploymentId: string,
  since: number,
): Promise<LifecycleEvent[]> {
  const targetIds = targets.get(deploymentId) ?? (await listTargets(codeDeploy, deploymentId));
  if (targetIds.length === 0) return [];
  targets.set(deploymentId, targetIds);
  const { deploymentTargets: [target] = [] } = await codeDeploy.send(
    new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }),
  );
  return (target?.lambdaTarget?.lifecycleEvents ?? [])
    .filter(({ lifecycleEventName: name = '' }) => lifecycleEventNames.includes(name))
    .map(({ lifecycleEventName, status, startTime, endTime }) => ({
      name: lifecycleEventName as LifecycleEvent['name'],
      status: status ?? 'Unknown',
      ...(startTime && { startedAt: startTime.getTime() - since }),
      ...(endTime && { endedAt: endTime.getTime() - since }),
    }));
}

async function listTargets(codeDeploy: CodeDeployClient, deploymentId: string): Promise<string[]> {
  const { targetIds = [] } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
  return targetIds;
}

export function hasEnded({ status }: Pick<Release, 'status'>): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Stopped';
}
