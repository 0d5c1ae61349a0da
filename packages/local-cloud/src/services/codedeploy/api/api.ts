import { z } from 'zod';
import { awsJson } from '../../../wire/json.ts';
import type { Api } from '../../../wire/messages.ts';
import { readInput } from '../../../wire/read-input.ts';
import { configuration } from '../configurations.ts';
import { deploymentOperations, type OfDeployments } from './deployments.ts';
import { configurationNames, describeApplication, describeConfiguration, describeGroup } from '../described.ts';
import type { Deployments } from '../deployments.ts';
import type { Groups } from '../groups.ts';
import { listed } from '../listed.ts';
import { applicationNameOf, configurationNameOf, groupNameOf } from '../names.ts';
import { revisionOperation } from './revisions.ts';

const oneApplication = z.strictObject({ applicationName: z.string().optional() });
const oneGroup = z.strictObject({ applicationName: z.string().optional(), deploymentGroupName: z.string().optional() });
const oneConfiguration = z.strictObject({ deploymentConfigName: z.string().optional() });
const list = z.strictObject({ nextToken: z.string().optional() });
const listGroups = z.strictObject({ applicationName: z.string().optional(), nextToken: z.string().optional() });

/** Deployments, and reading; applications and groups are made by stacks. */
export function codedeployApi(groups: Groups, deployments: Deployments, context: OfDeployments): Api {
  const invalidCode = 'InvalidInputException';
  return awsJson('codedeploy', {
    ...deploymentOperations(groups, deployments, context),
    GetApplication: (body, { authorize }) => {
      const input = readInput('codedeploy:GetApplication', oneApplication, body, invalidCode);
      const applicationName = applicationNameOf(input);
      authorize('codedeploy:GetApplication', groups.applicationArn(applicationName));
      return { application: describeApplication(groups.application(applicationName)) };
    },
    GetApplicationRevision: revisionOperation(groups, deployments),
    ListApplications: (body, { authorize }) => {
      const { nextToken } = readInput('codedeploy:ListApplications', list, body, invalidCode);
      authorize('codedeploy:ListApplications', '*');
      const names = groups.applications().map(({ name }) => name);
      return listed('applications', names, nextToken);
    },
    GetDeploymentGroup: (body, { authorize }) => {
      const input = readInput('codedeploy:GetDeploymentGroup', oneGroup, body, invalidCode);
      const application = applicationNameOf(input);
      const name = groupNameOf(input);
      authorize('codedeploy:GetDeploymentGroup', groups.arnOf({ application, name }));
      const group = groups.get(application, name);
      return { deploymentGroupInfo: describeGroup(group, deployments.of(group)) };
    },
    ListDeploymentGroups: (body, { authorize }) => {
      const input = readInput('codedeploy:ListDeploymentGroups', listGroups, body, invalidCode);
      const applicationName = applicationNameOf(input);
      authorize('codedeploy:ListDeploymentGroups', groups.applicationArn(applicationName));
      groups.application(applicationName);
      const names = groups.list(applicationName).map(({ name }) => name);
      return { applicationName, ...listed('deploymentGroups', names, input.nextToken) };
    },
    GetDeploymentConfig: (body, { authorize }) => {
      const input = readInput('codedeploy:GetDeploymentConfig', oneConfiguration, body, invalidCode);
      const name = configurationNameOf(input);
      authorize('codedeploy:GetDeploymentConfig', groups.configurationArn(name));
      return { deploymentConfigInfo: describeConfiguration(configuration(name)) };
    },
    ListDeploymentConfigs: (body, { authorize }) => {
      const { nextToken } = readInput('codedeploy:ListDeploymentConfigs', list, body, invalidCode);
      authorize('codedeploy:ListDeploymentConfigs', '*');
      return listed('deploymentConfigsList', configurationNames(), nextToken);
    },
  });
}
