import type { ServiceContext } from '../../core/service-context.ts';
import type { Deployment, LifecycleEvent } from './deployment.ts';
import type { Group, Groups } from './groups.ts';
import type { CodedeployParts } from './parts.ts';

export type StateChanges = ReturnType<typeof createStateChanges>;

/** Tells what becomes of deployments: EventBridge as AWS does, and whoever watches the cloud. */
export function createStateChanges(
  { region, clock, observe }: Pick<ServiceContext, 'region' | 'clock' | 'observe'>,
  { publish }: Pick<CodedeployParts, 'publish'>,
  groups: Pick<Groups, 'arnOf' | 'applicationArn'>,
) {
  return {
    state: ({ id }: Deployment, group: Group, state: 'START' | 'SUCCESS' | 'FAILURE' | 'STOP'): void => {
      publish({
        source: 'aws.codedeploy',
        detailType: 'CodeDeploy Deployment State-change Notification',
        time: clock.now(),
        resources: [groups.applicationArn(group.application), groups.arnOf(group)],
        detail: {
          instanceGroupId: group.id,
          region,
          application: group.application,
          deploymentId: id,
          state,
          deploymentGroup: group.name,
        },
      });
    },
    changed: ({ id, appSpec, status, error }: Deployment): void => {
      const how = {
        Created: 'started',
        InProgress: 'started',
        Succeeded: 'succeeded',
        Failed: 'failed',
        Stopped: 'stopped',
      };
      observe({
        type: 'deployment-changed',
        deploymentId: id,
        functionName: appSpec.functionName,
        fromVersion: appSpec.currentVersion,
        toVersion: appSpec.targetVersion,
        status: how[status] as 'started',
        ...(error !== undefined && { reason: error.message }),
      });
    },
    lifecycleEvent: ({ id, appSpec }: Deployment, { stage, status, hook }: LifecycleEvent): void => {
      if (status === 'Pending') return;
      observe({
        type: 'deployment-stage',
        deploymentId: id,
        functionName: appSpec.functionName,
        stage,
        status,
        ...(hook !== undefined && { hook }),
      });
    },
  };
}
