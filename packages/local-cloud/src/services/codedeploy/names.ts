import { AwsError } from '../../core/aws-error.ts';

// What a request must name. Each function throws AwsError, with the error that says which name is lacking.

export function applicationNameOf({ applicationName }: { applicationName?: string | undefined }): string {
  return given(applicationName, 'ApplicationNameRequiredException', 'An application name must be specified.');
}

export function groupNameOf({ deploymentGroupName }: { deploymentGroupName?: string | undefined }): string {
  return given(
    deploymentGroupName,
    'DeploymentGroupNameRequiredException',
    'A deployment group name must be specified.',
  );
}

export function configurationNameOf({ deploymentConfigName }: { deploymentConfigName?: string | undefined }): string {
  return given(
    deploymentConfigName,
    'DeploymentConfigNameRequiredException',
    'A deployment configuration name must be specified.',
  );
}

function given(name: string | undefined, code: string, message: string): string {
  if (name !== undefined) return name;
  throw new AwsError(code, message);
}
