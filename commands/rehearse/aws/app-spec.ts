import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';

/** One function's move from a version to another. */
export type Shift = { functionName: string; alias: string; currentVersion: string; targetVersion: string };

/** Functions that CodeDeploy asks before and after. */
export type Hooks = { before: string; after: string };

/** What CodeDeploy is to do, as CloudFormation tells it in a release. */
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
