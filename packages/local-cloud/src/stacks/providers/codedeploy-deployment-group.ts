import { z } from 'zod';
import type { Codedeploy } from '../../services/codedeploy/codedeploy.ts';
import type { GroupSpec } from '../../services/codedeploy/groups.ts';
import { physicalName } from '../physical-name.ts';
import { flag, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const rollbackEvent = z.enum(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST']);
const schema = z.strictObject({
  ApplicationName: text,
  DeploymentGroupName: text.optional(),
  DeploymentConfigName: text.optional(),
  ServiceRoleArn: text,
  AlarmConfiguration: z
    .strictObject({
      Enabled: flag.optional(),
      IgnorePollAlarmFailure: flag.optional(),
      Alarms: z.array(z.strictObject({ Name: text.optional() })).optional(),
    })
    .optional(),
  AutoRollbackConfiguration: z
    .strictObject({ Enabled: flag.optional(), Events: z.array(rollbackEvent).optional() })
    .optional(),
  // Lambda has no other.
  DeploymentStyle: z
    .strictObject({
      DeploymentType: z.literal('BLUE_GREEN').optional(),
      DeploymentOption: z.literal('WITH_TRAFFIC_CONTROL').optional(),
    })
    .optional(),
});
type Properties = z.output<typeof schema>;

export function codedeployDeploymentGroup({ groups, deleteGroup }: Codedeploy): Provider<Properties> {
  const spec = (name: string, properties: Properties): GroupSpec => {
    const { AlarmConfiguration: alarms = {}, AutoRollbackConfiguration: rollback = {} } = properties;
    return {
      application: properties.ApplicationName,
      name,
      configuration: properties.DeploymentConfigName ?? groups.defaultConfiguration,
      roleArn: properties.ServiceRoleArn,
      alarms: {
        enabled: alarms.Enabled ?? false,
        ignorePollFailure: alarms.IgnorePollAlarmFailure ?? false,
        alarms: (alarms.Alarms ?? []).map(({ Name = '' }) => Name),
      },
      autoRollback: { enabled: rollback.Enabled ?? false, events: rollback.Events ?? [] },
    };
  };

  return {
    type: 'AWS::CodeDeploy::DeploymentGroup',
    schema,
    replacedBy: ['ApplicationName', 'DeploymentGroupName'],
    namedBy: 'DeploymentGroupName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.DeploymentGroupName ?? physicalName(stack, logicalId, { maxLength: 100 });
      groups.create(spec(name, properties));
      return { ref: name, attributes: {} };
    },
    update: async ({ ref, properties }) => {
      groups.update(spec(ref, properties));
      return { ref, attributes: {} };
    },
    delete: async ({ ref, properties }) => deleteGroup(properties.ApplicationName, ref),
  };
}
