import { setTimeout as delay } from 'node:timers/promises';

import {
  GetDeploymentCommand,
  GetDeploymentGroupCommand,
  LifecycleEventAlreadyCompletedException,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';
import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';

import { clientDefaults } from './client-defaults.ts';
import { findShift, type Shift } from './deployment-shift.ts';

/** For a client that answers a hook's question in the last ten seconds: four attempts have their end by then. */
export const answeringDefaults = {
  ...clientDefaults,
  requestHandler: { ...clientDefaults.requestHandler, requestTimeout: 2_000, socketTimeout: 2_000 },
};

/** The release of one function: its alias moves from one version to another. */
export type Deployment = Shift & {
  id: string;
  application: string;
  group: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** As CodeDeploy says it: `InProgress`, `Succeeded`, `Failed`, `Stopped`, … */
  status: string;
};

/**
 * Pauses before CodeDeploy is asked again which versions a deployment is about, ms: a hook may run before CodeDeploy lists the target of
 * its deployment. Some six seconds, after which more waiting is not expected to help.
 */
export const PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000, 2_000];

/** Gradual releases, as CodeDeploy knows them. */
export function deployments(codeDeploy: CodeDeployClient, wait: (ms: number) => Promise<unknown> = (ms) => delay(ms)) {
  /** Throws where CodeDeploy does not say, for some seconds, which function the deployment is about, or which of its versions. */
  async function describeDeployment(id: string): Promise<Deployment> {
    for (let round = 0; ; round++) {
      const { deploymentInfo: info = {} } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId: id }));
      const found = await findShift(codeDeploy, id, info);
      if ('shift' in found) {
        return {
          id,
          application: info.applicationName ?? '',
          group: info.deploymentGroupName ?? '',
          ...found.shift,
          startedAt: (info.createTime ?? info.startTime ?? new Date()).toISOString(),
          status: info.status ?? '',
        };
      }
      const pause = PAUSES_MS[round];
      if (pause === undefined) {
        throw new Error(
          `CodeDeploy does not say which function, alias and versions the deployment ${id} is about: ${found.why.join('; ')}`,
        );
      }
      await wait(pause);
    }
  }

  /** The names of the alarms that stop the deployments of a group; none if the group ignores alarms. */
  async function alarmsOf({ application, group }: Pick<Deployment, 'application' | 'group'>): Promise<string[]> {
    const { deploymentGroupInfo } = await codeDeploy.send(
      new GetDeploymentGroupCommand({ applicationName: application, deploymentGroupName: group }),
    );
    const { enabled = false, alarms = [] } = deploymentGroupInfo?.alarmConfiguration ?? {};
    return enabled ? alarms.flatMap(({ name }) => name ?? []) : [];
  }

  /** Reports the result of a hook. A second report, after the response to the first was lost, is not an error. */
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
