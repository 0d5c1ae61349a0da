import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/door/env.ts';
import { log } from '../shared/door/log.ts';
import { publish } from '../shared/door/metrics.ts';
import { inSubsegment, traced } from '../shared/door/trace.ts';
import { TransientError } from '../shared/images/errors.ts';
import { bind } from './bind.ts';
import { deploymentOf } from './event.ts';
import type { Summary } from './repair-after-rollback.ts';

const env = readEnv([
  'UPLOADS_BUCKET_NAME',
  'IMAGES_TABLE_NAME',
  'UPLOADS_TOPIC_ARN',
  'GENERATE_THUMBNAILS_FUNCTION_NAME',
  'GENERATE_RENDITIONS_FUNCTION_NAME',
]);
const repair = bind(
  env,
  (image, { imageId, recipe, status, processedBy }) =>
    log.info('announced again', { ...image, imageId, recipe, status, processedBy }),
  traced,
);

/**
 * By EventBridge, for every deployment that failed or was stopped. What it throws, Lambda tries twice more, each time from where the last
 * one stopped, and then sends to RepairFailureQueue; what is left then, reconcile-images finds within the hour.
 */
export async function handler(event: unknown, context: Context): Promise<Summary> {
  log.addContext(context);
  const deploymentId = deploymentOf(event);
  const startedAt = performance.now();
  const summary = await inSubsegment('repair', { deploymentId }, () =>
    repair(deploymentId, () => context.getRemainingTimeInMillis()),
  );
  report(deploymentId, summary, Math.round(performance.now() - startedAt), context);
  if (summary.ending === 'out of time') {
    throw new TransientError(`the repair after ${deploymentId} needs more time; the next try goes on from here`);
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
