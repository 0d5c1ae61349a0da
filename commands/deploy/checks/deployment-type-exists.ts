import { GetDeploymentConfigCommand, type CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { Check } from './check.ts';
import { valueOf } from '../parameters.ts';
import { deploymentTypes } from '../../shared/deployment-types.ts';

const PREFIX = 'CodeDeployDefault.Lambda';

/** CodeDeploy would refuse an unknown configuration only after the bundles were built and half the stack was updated. */
export const deploymentTypeExists: Check = async ({ parameters, stack, aws: { codeDeploy } }) => {
  const type = valueOf('DeploymentType', parameters, stack);
  if (type === '' || deploymentTypes.includes(type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type)) return [];
  const problem = await problemOf(codeDeploy, type);
  if (problem === undefined) return [];
  return [
    `DeploymentType=${type}: ${problem}. Use ${deploymentTypes.join(', ')}, or the name of a deployment configuration of your own for Lambda (aws deploy create-deployment-config --compute-platform Lambda).`,
  ];
};

/** Undefined: the account has it, and it is for Lambda. */
async function problemOf(codeDeploy: CodeDeployClient, name: string): Promise<string | undefined> {
  try {
    const { deploymentConfigInfo: config } = await codeDeploy.send(
      new GetDeploymentConfigCommand({ deploymentConfigName: name }),
    );
    const platform = config?.computePlatform ?? 'Server';
    return platform === 'Lambda' ? undefined : `that deployment configuration is for ${platform}, not for Lambda`;
  } catch (error) {
    const { name: code } = error as Error;
    if (!['DeploymentConfigDoesNotExistException', 'InvalidDeploymentConfigNameException'].includes(code)) throw error;
    return 'CodeDeploy has no deployment configuration of that name in this account and region';
  }
}
