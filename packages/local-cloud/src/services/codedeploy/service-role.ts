import { AwsError } from '../../core/aws-error.ts';
import { serviceContext, transport } from '../../permissions/deliveries.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { refused } from './deployment.ts';
import type { Group } from './groups.ts';
import type { CodedeployParts } from './parts.ts';

/** What the role of a deployment group lets CodeDeploy do. */
export function serviceRole(
  { roleArn }: Pick<Group, 'roleArn'>,
  groupArn: string,
  { context, parts }: { context: Pick<ServiceContext, 'region' | 'accountId'>; parts: Pick<CodedeployParts, 'roles'> },
) {
  const { region, accountId } = context;

  function may(action: string, resource: string): boolean {
    try {
      return parts.roles.decide(roleArn, action, resource, transport) === 'allowed';
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  return {
    mayInvoke: (functionArn: string): boolean => may('lambda:InvokeFunction', functionArn),
    mayLook: (alarm: string): boolean =>
      may('cloudwatch:DescribeAlarms', `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm}`),
    /** Throws EndedEarly where CodeDeploy cannot take the role. */
    check: (): void => {
      if (canAssume()) return;
      throw refused(
        'IAM_ROLE_MISSING',
        `The service role ${roleArn} cannot be assumed: it is gone, or does not trust codedeploy.amazonaws.com for ${groupArn}.`,
      );
    },
    /** Throws EndedEarly where the role may not read and move aliases of the function. */
    checkFunction: (functionArn: string): void => {
      const missing = ['lambda:GetAlias', 'lambda:UpdateAlias'].find((action) => !may(action, functionArn));
      if (missing === undefined) return;
      throw refused(
        'IAM_ROLE_PERMISSIONS',
        `The IAM role ${roleArn} does not give you permission to perform operations in the following AWS service: AWSLambda (${missing} on ${functionArn}).`,
      );
    },
  };

  function canAssume(): boolean {
    try {
      return parts.roles.mayAssume('codedeploy.amazonaws.com', roleArn, serviceContext(groupArn, accountId));
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }
}
