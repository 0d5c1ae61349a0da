import { randomUUID } from 'node:crypto';
import {
  CodeDeployClient,
  GetDeploymentCommand,
  paginateListDeploymentGroups,
  paginateListDeployments,
} from '@aws-sdk/client-codedeploy';
import { UsageError, type Target } from '../shared/target.ts';
import { resourcesOf } from '../shared/resources.ts';

/** A deployment of the stack, as CodeDeploy's events name it. */
export type Deployment = { id: string; application: string; group: string };

/** The deployment with this id, or the newest of the stack. Throws UsageError where there is none. */
export async function findDeployment(target: Target, id: string | undefined): Promise<Deployment> {
  const codeDeploy = new CodeDeployClient(target.client);
  const ids = id === undefined ? await newestOfEachGroup(codeDeploy, target) : [id];
  const found = await Promise.all(
    ids.map(async (deploymentId) => (await codeDeploy.send(new GetDeploymentCommand({ deploymentId }))).deploymentInfo),
  );
  const [newest] = found.sort((a, b) => Number(b?.createTime ?? 0) - Number(a?.createTime ?? 0));
  const { deploymentId, applicationName: application, deploymentGroupName: group } = newest ?? {};
  if (deploymentId === undefined || application === undefined || group === undefined)
    throw new UsageError(
      `CodeDeploy has deployed nothing in stack ${target.stackName} yet: the first version of a function needs no deployment. ` +
        'Release a second one first ("npm run rehearse -- --here").',
    );
  return { id: deploymentId, application, group };
}

async function newestOfEachGroup(codeDeploy: CodeDeployClient, target: Target): Promise<string[]> {
  const resources = await resourcesOf(target.client, target.stackName);
  const applications = resources.filter(({ type }) => type === 'AWS::CodeDeploy::Application');
  const ids: string[] = [];
  for (const { physicalId: applicationName } of applications) {
    const groups = paginateListDeploymentGroups({ client: codeDeploy }, { applicationName });
    for await (const { deploymentGroups = [] } of groups) {
      for (const deploymentGroupName of deploymentGroups) {
        const pages = paginateListDeployments({ client: codeDeploy }, { applicationName, deploymentGroupName });
        for await (const { deployments = [] } of pages) ids.push(...deployments);
      }
    }
  }
  return ids;
}

/** What CodeDeploy invokes a hook with. It takes a report only while it waits for one, and only of the execution that it started. */
export function hookEvent({ id }: Deployment): object {
  const execution = JSON.stringify({ encryptedData: randomUUID(), materialSetSerial: 1 });
  return { DeploymentId: id, LifecycleEventHookExecutionId: Buffer.from(execution).toString('base64') };
}

/** What CodeDeploy sends to EventBridge when a deployment has ended, e.g. in the state FAILURE or STOP. */
export function stateChangeEvent({ id, application, group }: Deployment, state: string, region: string): object {
  const arn = `arn:aws:codedeploy:${region}:000000000000`;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CodeDeploy Deployment State-change Notification',
    source: 'aws.codedeploy',
    account: '000000000000',
    time: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [`${arn}:application:${application}`, `${arn}:deploymentgroup:${application}/${group}`],
    detail: {
      region,
      deploymentId: id,
      instanceGroupId: randomUUID(),
      deploymentGroup: group,
      state,
      application,
    },
  };
}
