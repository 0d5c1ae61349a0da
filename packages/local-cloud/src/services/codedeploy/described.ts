import { configurations, type Configuration, type Routing } from './configurations.ts';
import type { AlarmConfiguration, AutoRollback, Deployment, LifecycleEvent } from './deployment.ts';
import type { Application, Group } from './groups.ts';

// As CodeDeploy's API tells what there is. Times are seconds since 1970.

export function describeApplication({ id, name, createdAt }: Application): object {
  return {
    applicationId: id,
    applicationName: name,
    createTime: seconds(createdAt),
    linkedToGitHub: false,
    computePlatform: 'Lambda',
  };
}

/** @param last the group's deployments, the newest first */
export function describeGroup(group: Group, last: readonly Deployment[]): object {
  const succeeded = last.find(({ status }) => status === 'Succeeded');
  const [attempted] = last;
  return {
    applicationName: group.application,
    deploymentGroupId: group.id,
    deploymentGroupName: group.name,
    deploymentConfigName: group.configuration,
    serviceRoleArn: group.roleArn,
    ...(attempted && { targetRevision: describeRevision(attempted) }),
    alarmConfiguration: describeAlarms(group.alarms),
    autoRollbackConfiguration: describeAutoRollback(group.autoRollback),
    deploymentStyle,
    ...(succeeded && { lastSuccessfulDeployment: lastDeployment(succeeded) }),
    ...(attempted && { lastAttemptedDeployment: lastDeployment(attempted) }),
    computePlatform: 'Lambda',
  };
}

export function describeConfiguration({ id, name, routing }: Configuration): object {
  return {
    deploymentConfigId: id,
    deploymentConfigName: name,
    computePlatform: 'Lambda',
    trafficRoutingConfig: describeRouting(routing),
  };
}

export function configurationNames(): string[] {
  return configurations.map(({ name }) => name);
}

/** @param previous what was deployed to the group before, where anything was */
export function describeDeployment(deployment: Deployment, previous: Deployment | undefined): object {
  const { startedAt, endedAt, description, error, rollback } = deployment;
  return {
    applicationName: deployment.application,
    deploymentGroupName: deployment.group,
    deploymentConfigName: deployment.configuration,
    deploymentId: deployment.id,
    ...(previous && { previousRevision: describeRevision(previous) }),
    revision: describeRevision(deployment),
    status: deployment.status,
    ...(error && { errorInformation: error }),
    createTime: seconds(deployment.createdAt),
    ...(startedAt !== undefined && { startTime: seconds(startedAt) }),
    ...(endedAt !== undefined && { completeTime: seconds(endedAt) }),
    deploymentOverview: overview(targetStatus(deployment)),
    ...(description !== undefined && { description }),
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: describeAutoRollback(deployment.autoRollback),
    updateOutdatedInstancesOnly: false,
    ...(rollback && { rollbackInfo: rollback }),
    deploymentStyle,
    instanceTerminationWaitTimeStarted: false,
    computePlatform: 'Lambda',
    ...(deployment.overridesAlarms && { overrideAlarmConfiguration: describeAlarms(deployment.alarms) }),
  };
}

/** A deployment to Lambda has one target: its alias. */
export function targetId({ appSpec: { functionName, alias } }: Deployment): string {
  return `${functionName}:${alias}`;
}

export function describeTarget(deployment: Deployment, functionArn: string): object {
  const { appSpec, share, events } = deployment;
  return {
    deploymentTargetType: 'LambdaTarget',
    lambdaTarget: {
      deploymentId: deployment.id,
      targetId: targetId(deployment),
      targetArn: `${functionArn}:${appSpec.alias}`,
      status: targetStatus(deployment),
      lastUpdatedAt: seconds(deployment.changedAt),
      lifecycleEvents: events.map(describeEvent),
      lambdaFunctionInfo: {
        functionName: appSpec.functionName,
        functionAlias: appSpec.alias,
        currentVersion: appSpec.currentVersion,
        targetVersion: appSpec.targetVersion,
        targetVersionWeight: share,
      },
    },
  };
}

export function targetStatus({ status }: Deployment): 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' {
  if (status === 'Created') return 'Pending';
  return status === 'Stopped' ? 'Failed' : status;
}

function describeEvent({ stage, status, startedAt, endedAt, hook, message }: LifecycleEvent): object {
  return {
    lifecycleEventName: stage,
    status,
    ...(startedAt !== undefined && { startTime: seconds(startedAt) }),
    ...(endedAt !== undefined && { endTime: seconds(endedAt) }),
    ...(message !== undefined && {
      diagnostics: { errorCode: 'UnknownError', message, ...(hook !== undefined && { scriptName: hook }) },
    }),
  };
}

const deploymentStyle = { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' };

/** Never with its content, as on AWS. */
function describeRevision({ revision: { type, sha256 } }: Deployment): object {
  return { revisionType: type, [type === 'String' ? 'string' : 'appSpecContent']: { sha256 } };
}

function describeAlarms({ enabled, alarms, ignorePollFailure }: AlarmConfiguration): object {
  return { enabled, ignorePollAlarmFailure: ignorePollFailure, alarms: alarms.map((name) => ({ name })) };
}

function describeAutoRollback({ enabled, events }: AutoRollback): object {
  return { enabled, events };
}

function describeRouting(routing: Routing): object {
  if (routing.type === 'AllAtOnce') return { type: routing.type };
  const { type, percentage, minutes } = routing;
  return type === 'TimeBasedCanary'
    ? { type, timeBasedCanary: { canaryPercentage: percentage, canaryInterval: minutes } }
    : { type, timeBasedLinear: { linearPercentage: percentage, linearInterval: minutes } };
}

function lastDeployment({ id, status, createdAt, endedAt }: Deployment): object {
  return {
    deploymentId: id,
    status,
    createTime: seconds(createdAt),
    ...(endedAt !== undefined && { endTime: seconds(endedAt) }),
  };
}

function overview(status: string): object {
  const none = { Pending: 0, InProgress: 0, Succeeded: 0, Failed: 0, Skipped: 0, Ready: 0 };
  return { ...none, [status]: 1 };
}

function seconds(at: string): number {
  return new Date(at).getTime() / 1000;
}
