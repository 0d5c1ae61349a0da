import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';

/** The shift of one function from a version to another. */
export type Shift = { functionName: string; alias: string; currentVersion: string; targetVersion: string };

/** Functions that CodeDeploy invokes before and after the traffic shift. */
export type Hooks = { before: string; after: string };

/** The AppSpec revision that CloudFormation sends to CodeDeploy in a release. */
export function revisionOf(
  { functionName, alias, currentVersion, targetVersion }: Shift,
  hooks: Hooks,
): RevisionLocation {
  const content = JSON.stringify({
    version: 0,
    Resources: [
      {
        [functionName]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: functionName,
            Alias: alias,
            CurrentVersion: currentVersion,
            TargetVersion: targetVersion,
          },
        },
      },
    ],
    Hooks: [{ BeforeAllowTraffic: hooks.before }, { AfterAllowTraffic: hooks.after }],
  });
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { revisionType: 'AppSpecContent', appSpecContent: { content, sha256 } };
}
