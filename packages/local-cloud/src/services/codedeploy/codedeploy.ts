import type { ServiceContext } from '../../core/service-context.ts';
import { codedeployApi } from './api/api.ts';
import { writeAppSpec, type AppSpec } from './app-spec.ts';
import { isActive, type Deployment } from './deployment.ts';
import { openDeployments } from './deployments.ts';
import { openGroups } from './groups.ts';
import type { CodedeployParts } from './parts.ts';

export type Codedeploy = ReturnType<typeof createCodedeploy>;

/** CodeDeploy for Lambda: gradual releases, with hooks and alarms that have a say. Call `start` once the roles and functions are there. */
export function createCodedeploy(context: ServiceContext, parts: CodedeployParts) {
  const groups = openGroups(context);
  const deployments = openDeployments(context, parts, groups);

  /** Stops what is under way in a group that goes. */
  function abandon(application: string, name: string): void {
    const active = deployments.activeIn({ application, name });
    if (active === undefined) return;
    const message = `The deployment group ${name} was deleted while the deployment ${active.id} was under way.`;
    deployments.stop(active.id, { code: 'DEPLOYMENT_GROUP_MISSING', message, event: 'DEPLOYMENT_FAILURE' });
  }

  return {
    groups,
    deployments,
    deleteGroup: (application: string, name: string): void => {
      abandon(application, name);
      groups.delete(application, name);
    },
    /** With its groups. */
    deleteApplication: (name: string): void => {
      for (const group of groups.list(name)) {
        abandon(name, group.name);
        groups.delete(name, group.name);
      }
      groups.deleteApplication(name);
    },
    /**
     * Moves an alias by a deployment and waits until that is over; gives it as it then is. Aborted, the deployment is stopped and rolled
     * back. Throws AwsError where none can be created.
     */
    release: async (
      { application, group, appSpec }: { application: string; group: string; appSpec: AppSpec },
      { signal, started }: { signal: AbortSignal; started: (id: string) => void },
    ): Promise<Deployment> => {
      const { id } = deployments.create({ application, group, content: writeAppSpec(appSpec), revisionType: 'String' });
      started(id);
      const stop = (): void => {
        if (!isActive(deployments.get(id))) return;
        deployments.stop(id, {
          code: 'MANUAL_STOP',
          message: 'It was stopped, since another resource of the stack could not be changed.',
          event: 'DEPLOYMENT_STOP_ON_REQUEST',
          rollBack: true,
        });
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      const ended = await deployments.whenEnded(id);
      signal.removeEventListener('abort', stop);
      return ended;
    },
    handleEvent: deployments.handleEvent,
    start: deployments.start,
    api: codedeployApi(groups, deployments, { ...context, ...parts }),
  };
}
