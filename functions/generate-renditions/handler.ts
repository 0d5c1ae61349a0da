import type { Context, SQSBatchResponse } from 'aws-lambda';

import { bind } from '../shared/bring-up-to-date/bind.ts';
import { eachImageOfBatch } from '../shared/lambda/batch.ts';
import { readEnv } from '../shared/lambda/env.ts';
import { report } from '../shared/lambda/report.ts';
import { traced } from '../shared/lambda/trace.ts';
import { renditions } from '../shared/images/recipe.ts';

const env = readEnv(['THUMBNAILS_BUCKET_NAME', 'IMAGES_TABLE_NAME', 'VERIFICATION_BUCKET_NAME', 'HEIC']);
const bringUpToDate = bind(env, traced);

/** Invoked by SQS, in batches. SQS redelivers the messages that it reports as failed; after five receives they go to RenditionsDeadLetterQueue. */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse> {
  const reported = report(context);
  return eachImageOfBatch(
    event,
    reported,
    () => context.getRemainingTimeInMillis(),
    (image) => reported.image(renditions.name, image, () => bringUpToDate(image, renditions, context)),
  );
}
