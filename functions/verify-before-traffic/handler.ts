import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { answerHook } from '../shared/lambda/hook.ts';
import { log } from '../shared/lambda/log.ts';
import { inSubsegment, traced } from '../shared/lambda/trace.ts';
import type { Verdict } from '../shared/releases/hook-run.ts';
import { imageId } from '../shared/images/image.ts';
import { answeringDefaults, deployments } from '../shared/stores/deployments.ts';
import { bind, names } from './bind.ts';

const { reportStatus } = deployments(traced(new CodeDeployClient(answeringDefaults)));

/**
 * Invoked by CodeDeploy, before a new version receives any user's image. If it cannot report, Lambda retries twice. The environment is read
 * here and not at cold start: a missing name must also be reported as a failure.
 */
export async function handler(event: unknown, context: Context): Promise<Verdict> {
  return answerHook(event, context, reportStatus, (run) =>
    inSubsegment('verify', {}, async () => bind(readEnv(names), hookLog, traced)(run)),
  );
}

const hookLog: Parameters<typeof bind>[1] = {
  failed: ({ name, expected, got, problems, distance, ms }, image) =>
    log.error(`picture ${name} failed`, {
      ...{ reason: problems[0], problems, expected, got, distance, ms },
      ...{ ...image, imageId: imageId(image) },
    }),
  warn: (what, error) => log.warn(what, { error }),
};
