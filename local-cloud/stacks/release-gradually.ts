import { z } from 'zod';
import type { AppSpec } from '../services/codedeploy/app-spec.ts';
import type { Codedeploy } from '../services/codedeploy/codedeploy.ts';
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
 * became of it, where it did not succeed; its rollback has then been done.
 */
export async function releaseGradually(
  { release }: Pick<Codedeploy, 'release'>,
  updatePolicy: unknown,
  versions: Omit<AppSpec, 'hooks'>,
  { signal, tell }: Progress,
): Promise<void> {
  const { CodeDeployLambdaAliasUpdate: update } = schema.parse(updatePolicy);
  const { BeforeAllowTrafficHook: before, AfterAllowTrafficHook: after } = update;
  const hooks = {
    ...(before !== undefined && { BeforeAllowTraffic: before }),
    ...(after !== undefined && { AfterAllowTraffic: after }),
  };
  const { id, status, error, rollback } = await release(
    { application: update.ApplicationName, group: update.DeploymentGroupName, appSpec: { ...versions, hooks } },
    { signal, started: (deploymentId) => tell(`CodeDeploy deployment started: ${deploymentId}`) },
  );
  if (status === 'Succeeded') return;
  if (rollback?.rollbackDeploymentId !== undefined) {
    tell(`CodeDeploy rollback deployment started: ${rollback.rollbackDeploymentId}`);
  }
  if (signal.aborted && error?.code === 'MANUAL_STOP')
    throw new Error(`Resource update cancelled: ${id}. ${error.message}`);
  throw new Error(`${id} failed. ${error?.message ?? 'The local cloud was stopped.'}`);
}
