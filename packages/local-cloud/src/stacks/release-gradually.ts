import { z } from 'zod';
import type { AppSpec } from '../services/codedeploy/app-spec.ts';
import type { Codedeploy } from '../services/codedeploy/codedeploy.ts';
import type { Undocumented } from '../core/undocumented.ts';
import type { Progress } from './provider.ts';
import { text } from './properties.ts';

const schema = z.strictObject({
  CodeDeployLambdaAliasUpdate: z.strictObject({
    ApplicationName: text,
    DeploymentGroupName: text,
    BeforeAllowTrafficHook: text.optional(),
    AfterAllowTrafficHook: text.optional(),
  }),
});

/**
 * Moves an alias as its update policy says: by a deployment, which is waited for. Throws an Error that names the deployment and says what
 * became of it, where it did not succeed; its rollback has then been done. Cancelled, the deployment is stopped, or goes on by itself.
 */
export async function releaseGradually(
  { release }: Pick<Codedeploy, 'release'>,
  updatePolicy: unknown,
  versions: Omit<AppSpec, 'hooks'>,
  { signal, tell }: Progress,
  cancelled: Undocumented['cancelledDeployments'],
): Promise<void> {
  const { CodeDeployLambdaAliasUpdate: update } = schema.parse(updatePolicy);
  const { BeforeAllowTrafficHook: before, AfterAllowTrafficHook: after } = update;
  const hooks = {
    ...(before !== undefined && { BeforeAllowTraffic: before }),
    ...(after !== undefined && { AfterAllowTraffic: after }),
  };
  let started = '';
  const releasing = release(
    { application: update.ApplicationName, group: update.DeploymentGroupName, appSpec: { ...versions, hooks } },
    {
      signal: cancelled === 'stop' ? signal : new AbortController().signal,
      started: (deploymentId) => {
        started = deploymentId;
        tell(`CodeDeploy deployment started: ${deploymentId}`);
      },
    },
  );
  const ended = await Promise.race([releasing, ...(cancelled === 'continue' ? [aborted(signal)] : [])]);
  if (ended === 'aborted') throw new Error(`Resource update cancelled: ${started}. The deployment goes on.`);
  const { id, status, error, rollback } = ended;
  if (status === 'Succeeded') return;
  if (rollback?.rollbackDeploymentId !== undefined) {
    tell(`CodeDeploy rollback deployment started: ${rollback.rollbackDeploymentId}`);
  }
  if (signal.aborted && error?.code === 'MANUAL_STOP')
    throw new Error(`Resource update cancelled: ${id}. ${error.message}`);
  throw new Error(`${id} failed. ${error?.message ?? 'The local cloud was stopped.'}`);
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}
