import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { log } from '../shared/lambda/log.ts';
import { functionNameVariables } from '../shared/releases/recipe-functions.ts';
import { publish } from '../shared/lambda/metrics.ts';
import { inSubsegment, traced } from '../shared/lambda/trace.ts';
import { TransientError } from '../shared/images/errors.ts';
import { imageId } from '../shared/images/image.ts';
import { bind } from './bind.ts';
import { readOptions } from './options.ts';
import type { Summary } from './reconcile-images.ts';

const env = readEnv([
  'UPLOADS_BUCKET_NAME',
  'THUMBNAILS_BUCKET_NAME',
  'VERIFICATION_BUCKET_NAME',
  'IMAGES_TABLE_NAME',
  'UPLOADS_TOPIC_ARN',
  ...functionNameVariables,
  'HEIC',
]);
const reconcile = bind(
  env,
  (image, findings) => log.info('announced again', { ...image, imageId: imageId(image), findings }),
  traced,
);

/**
 * By EventBridge Scheduler, every hour; by an operator, who may give options (see options.ts); or by verify-before-traffic, within
 * limits. What it throws when it is invoked asynchronously, Lambda retries twice and then sends to ReconcileFailureQueue.
 */
export async function handler(event: unknown, context: Context): Promise<Summary> {
  log.addContext(context);
  const startedAt = performance.now();
  const options = readOptions(event);
  const summary = await inSubsegment('reconcile', {}, () =>
    reconcile(options, { remainingMs: () => context.getRemainingTimeInMillis(), id: context.awsRequestId }),
  );
  // A trial repairs nothing that anyone is waiting for.
  if (options.limits === undefined) report(summary, Math.round(performance.now() - startedAt), context);
  // All other work is done. Fail the invocation so that these failures reach an operator.
  if (summary.failed > 0) {
    throw new TransientError(`${summary.failed} could not be reconciled, the first: ${summary.firstFailure ?? ''}`);
  }
  return summary;
}

function report(summary: Summary, durationMs: number, context: Context): void {
  const { announced, gone, marked, deleted, unconfirmed } = summary;
  log.info(`reconciliation: ${summary.ending}`, { ...summary, durationMs });
  if (unconfirmed > 0) {
    log.warn('orphaned outputs are left: only the schedule confirms their deletion', { unconfirmed });
  }
  publish(
    [
      {
        dimensions: [['FunctionName']],
        metrics: { Announced: 'Count', OriginalsGone: 'Count', MarkedStale: 'Count', OrphansDeleted: 'Count' },
      },
    ],
    {
      FunctionName: context.functionName,
      Announced: announced,
      OriginalsGone: gone,
      MarkedStale: marked,
      OrphansDeleted: deleted,
      requestId: context.awsRequestId,
    },
  );
}
