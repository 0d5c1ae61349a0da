import { GetAliasCommand } from '@aws-sdk/client-lambda';
import type { Check } from './check.ts';
import type { DeployedResource } from '../deployed-stack.ts';

type Alias = { functionName: string; name: string; deployedVersion: string };

/**
 * Each alias that CodeDeploy moves must have the version that the stack gave it last, and no other beside it: CloudFormation names that
 * version as CurrentVersion in the deployment, and CodeDeploy refuses one that the alias does not have (INVALID_LAMBDA_CONFIGURATION;
 * aws/serverless-application-model issue 291).
 */
export const aliasesInPlace: Check = async ({ stack, aws: { lambda } }) => {
  const found = await Promise.all(
    gradualAliases(stack?.resources ?? []).map(async ({ functionName, name, deployedVersion }) => {
      const { FunctionVersion: version = '', RoutingConfig } = await lambda.send(
        new GetAliasCommand({ FunctionName: functionName, Name: name }),
      );
      const others = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
      if (version === deployedVersion && others.length === 0) return [];
      const now = [`version ${version}`, ...others.map(([other, share]) => `${percent(share)} version ${other}`)];
      return [
        `The alias ${name} of ${functionName} has ${now.join(' and ')}; the last deployment gave it version ${deployedVersion}, and CodeDeploy moves it from there only. Move it back first (docs/runbook.md, "An alias was moved by hand"), then deploy again:\n  aws lambda update-alias --function-name ${functionName} --name ${name} --function-version ${deployedVersion} --routing-config AdditionalVersionWeights={}`,
      ];
    }),
  );
  return found.flat();
};

/**
 * Those of functions that have a deployment group, by the logical ids that SAM derives from the function's. If a cleanup failed, several
 * versions of one function are in the stack, and none can be said to be the last: CloudFormation then knows better.
 */
function gradualAliases(resources: readonly DeployedResource[]): Alias[] {
  const ofType = (type: string): DeployedResource[] => resources.filter((one) => one.type === type);
  const groups = new Set(ofType('AWS::CodeDeploy::DeploymentGroup').map(({ logicalId }) => logicalId));
  const versions = ofType('AWS::Lambda::Version').map(({ physicalId }) => physicalId);
  return ofType('AWS::Lambda::Alias').flatMap(({ logicalId, physicalId }) => {
    const [, functionArn = '', functionName = '', name = ''] =
      /^(.*:function:([^:]+)):([^:]+)$/u.exec(physicalId) ?? [];
    if (!groups.has(`${logicalId.slice(0, logicalId.lastIndexOf('Alias'))}DeploymentGroup`)) return [];
    const [deployed, ...others] = versions.filter((arn) => arn.startsWith(`${functionArn}:`));
    const deployedVersion = deployed?.slice(functionArn.length + 1);
    return deployedVersion === undefined || others.length > 0 ? [] : [{ functionName, name, deployedVersion }];
  });
}

function percent(share: number): string {
  return `${String(Math.round(share * 100))} % of`;
}
