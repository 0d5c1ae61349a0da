import type { Context } from 'aws-lambda';

import { bind } from '../shared/bring-up-to-date/bind.ts';
import { eachImage } from '../shared/lambda/each-image.ts';
import { readEnv } from '../shared/lambda/env.ts';
import { report } from '../shared/lambda/report.ts';
import { traced } from '../shared/lambda/trace.ts';
import { thumbnails } from '../shared/images/recipe.ts';

const env = readEnv(['THUMBNAILS_BUCKET_NAME', 'IMAGES_TABLE_NAME', 'VERIFICATION_BUCKET_NAME', 'HEIC']);
const bringUpToDate = bind(env, traced);

/** Invoked by SNS, asynchronously. If it throws, Lambda retries twice and then sends the event to ThumbnailsFailureQueue. */
export async function handler(event: unknown, context: Context): Promise<void> {
  const reported = report(context);
  await eachImage(event, reported, (image) =>
    reported.image(thumbnails.name, image, () => bringUpToDate(image, thumbnails, context)),
  );
}
