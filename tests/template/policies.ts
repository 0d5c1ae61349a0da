import type { Statement } from './properties.ts';
import { resource, type Template } from './template.ts';

/** What SAM makes and CloudFormation names is told by the stack's name. */
export const deploymentGroups = arn(
  'codedeploy:${AWS::Region}:${AWS::AccountId}:deploymentgroup:${AWS::StackName}-ServerlessDeploymentApplication-*/*',
);

export const deploymentApplication = arn(
  'codedeploy:${AWS::Region}:${AWS::AccountId}:application:${AWS::StackName}-ServerlessDeploymentApplication-*',
);

export const everyAlarm = arn('cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*');

export function statementsOf(template: Template, role: string): Statement[] {
  return (resource(template, role, 'AWS::IAM::Role').Properties.Policies ?? []).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
}

/** Resources as one would say them: `ImagesTable`, `ThumbnailsBucket/reports/*`, `GenerateThumbnailsFunction:live`. */
export function places(resources: unknown): string[] {
  return [resources].flat().map((one) => {
    if (same(one, '*')) return 'everything';
    if (same(one, deploymentGroups)) return "this stack's deployment groups";
    if (same(one, deploymentApplication)) return "this stack's deployment application";
    if (same(one, everyAlarm)) return 'every alarm';
    const {
      Ref: ref,
      'Fn::GetAtt': attribute,
      'Fn::Sub': text,
    } = one as {
      Ref?: string;
      'Fn::GetAtt'?: [string, string];
      'Fn::Sub'?: string;
    };
    return ref ?? attribute?.[0] ?? text?.replace(/\$\{(\w+)\.Arn\}/, '$1') ?? JSON.stringify(one);
  });
}

function arn(rest: string): { 'Fn::Sub': string } {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:${rest}` };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
