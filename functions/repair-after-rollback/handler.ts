import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { log } from '../shared/lambda/log.ts';
import { functionNameVariables } from '../shared/releases/recipe-functions.ts';
import { publish } from '../shared/lambda/metrics.ts';
import { inSubsegment, traced } from '../shared/lambda/trace.ts';
import { TransientError } from '../shared/images/errors.ts';
import { bind } from './bind.ts';
import { deploymentOf, isStackRollback } from './deployment-event.ts';
import type { Summary } from './repair-after-rollback.ts';

const env = readEnv([
  'UPLOADS_BUCKET_NAME',
  'IMAGES_TABLE_NAME',
  'UPLOADS_TOPIC_ARN',
  ...functionNameVariables,
  'DEPLOYMENT_APPLICATION_NAME',
]);
const { repair, rolledBackDeployments } = bind(
  env,
  (image, { imageId, recipe, status, processedBy }) =>
    log.info('announced again', { ...image, imageId, recipe, status, processedBy }),
  traced,
);

/**
 * Invoked by EventBridge for every deployment that failed or was stopped. Also invoked after a rollback of the whole stack, for the
 * deployments that had succeeded and were rolled back with the others. If it throws, Lambda retries twice, each time from where the last
 * invocation stopped, and then sends the event to RepairFailureQueue. reconcile-images finds the remaining images within the hour.
 */
export async function handler(event: unknown, context: Context): Promise<Summary[]> {
  log.addContext(context);
  const deploymentIds = isStackRollback(event) ? await rolledBackDeployments() : [deploymentOf(event)];
  // A failure of one repair does not prevent the others.
  const repairs = await Promise.allSettled(deploymentIds.map((deploymentId) => repairAfter(deploymentId, context)));
  return repairs.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function repairAfter(deploymentId: string, context: Context): Promise<Summary> {
  const startedAt = performance.now();
  const summary = await inSubsegment('repair', { deploymentId }, () =>
    repair(deploymentId, () => context.getRemainingTimeInMillis()),
  );
  report(deploymentId, summary, Math.round(performance.now() - startedAt), context);
  if (summary.ending === 'out of time') {
    throw new TransientError(`the repair after ${deploymentId} needs more time; the next attempt continues from here`);
  }
  return summary;
}

function report(deploymentId: string, summary: Summary, durationMs: number, context: Context): void {
  const { found, marked, announced } = summary;
  log.info(`repair: ${summary.ending}`, { deploymentId, ...summary, durationMs });
  publish([{ dimensions: [['FunctionName']], metrics: { Found: 'Count', MarkedStale: 'Count', Announced: 'Count' } }], {
    FunctionName: context.functionName,
    Found: found,
    MarkedStale: marked,
    Announced: announced,
    requestId: context.awsRequestId,
  });
}
