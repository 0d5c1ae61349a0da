import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { Deployment } from '../deployment.ts';
import type { Deployments } from '../deployments.ts';
import type { Groups } from '../groups.ts';
import { applicationNameOf } from '../names.ts';

const content = z.strictObject({ content: z.string().optional(), sha256: z.string().optional() });
const schema = z.strictObject({
  applicationName: z.string().optional(),
  revision: z
    .strictObject({
      revisionType: z.enum(['AppSpecContent', 'String']),
      appSpecContent: content.optional(),
      string: content.optional(),
    })
    .optional(),
});

/** GetApplicationRevision: the content of an AppSpec that was deployed, by its type and SHA-256, which is all that GetDeployment tells. */
export function revisionOperation(groups: Groups, deployments: Deployments): JsonOperation {
  return (body, { authorize }) => {
    const input = readInput('codedeploy:GetApplicationRevision', schema, body, 'InvalidInputException');
    const applicationName = applicationNameOf(input);
    authorize('codedeploy:GetApplicationRevision', groups.applicationArn(applicationName));
    groups.application(applicationName);
    if (input.revision === undefined) {
      throw new AwsError('RevisionRequiredException', 'The revision ID was not specified.');
    }
    const { revisionType, appSpecContent, string } = input.revision;
    const { sha256 } = (revisionType === 'String' ? string : appSpecContent) ?? {};
    if (sha256 === undefined) {
      throw new AwsError('InvalidRevisionException', `A revision of type ${revisionType} is named by its sha256.`);
    }
    // The newest first.
    const uses = deployments.of().filter(({ application, revision: { type, sha256: own, content: text } }) => {
      return application === applicationName && type === revisionType && own === sha256 && text !== undefined;
    });
    const [last, first] = [uses[0], uses.at(-1)];
    if (last === undefined || first === undefined) {
      throw new AwsError('RevisionDoesNotExistException', 'The named revision does not exist with the application.');
    }
    return {
      applicationName,
      revision: {
        revisionType,
        [revisionType === 'String' ? 'string' : 'appSpecContent']: { content: last.revision.content, sha256 },
      },
      revisionInfo: {
        ...(last.description !== undefined && { description: last.description }),
        deploymentGroups: [...new Set(uses.map(({ group }) => group))],
        firstUsedTime: seconds(first),
        lastUsedTime: seconds(last),
        registerTime: seconds(first),
      },
    };
  };
}

function seconds({ createdAt }: Deployment): number {
  return new Date(createdAt).getTime() / 1000;
}
