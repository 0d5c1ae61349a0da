import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { answerHook } from '../shared/lambda/hook.ts';
import { log } from '../shared/lambda/log.ts';
import { inSubsegment, traced } from '../shared/lambda/trace.ts';
import type { Verdict } from '../shared/releases/hook-run.ts';
import { answeringDefaults, deployments } from '../shared/stores/deployments.ts';
import { bind, names } from './bind.ts';

const { reportStatus } = deployments(traced(new CodeDeployClient(answeringDefaults)));

/**
 * Invoked by CodeDeploy, before a new version of a gallery function receives its first request. The environment is read here and not at cold
 * start: a missing name must also be reported as a failure.
 */
export async function handler(event: unknown, context: Context): Promise<Verdict> {
  return answerHook(event, context, reportStatus, (run) =>
    inSubsegment('verify', { deploymentId: run.deploymentId }, async () => {
      const env = { ...readEnv(names), members: process.env['GALLERY_MEMBERS'] ?? '' };
      return bind(env, (what, error) => log.warn(`failed at ${what}`, { error }), traced)(run);
    }),
  );
}
