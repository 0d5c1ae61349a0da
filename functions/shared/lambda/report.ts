import type { Context } from 'aws-lambda';

import type { InvalidEventError } from '../images/errors.ts';
import { imageId } from '../images/image.ts';
import type { Outcome } from '../images/outcome.ts';
import type { RecipeName } from '../images/recipe.ts';
import type { ImageHint } from './changed-images.ts';
import { log } from './log.ts';
import { publish, type Directive } from './metrics.ts';
import { inSubsegment } from './trace.ts';

// The function's name distinguishes the stages of one account. `Images` by version and `ImagesFailed` feed the rollback alarms: a failure
// in a batch leaves Lambda's own `Errors` at 0.
const imageMetrics: Directive[] = [
  {
    dimensions: [['FunctionName', 'Recipe', 'Outcome']],
    metrics: { Images: 'Count', Duration: 'Milliseconds', BytesRead: 'Bytes', BytesWritten: 'Bytes' },
  },
  {
    dimensions: [['FunctionName', 'Recipe', 'FunctionVersion']],
    metrics: { Images: 'Count', ImagesFailed: 'Count', Duration: 'Milliseconds' },
  },
];

const refusalMetrics: Directive[] = [
  { dimensions: [['FunctionName'], ['FunctionName', 'FunctionVersion']], metrics: { InvalidEvents: 'Count' } },
];

/** What an invocation reports about its work: to the log, to the metrics and to the trace. */
export type Report = {
  /** Runs the work on one image, with one log line and one subsegment. Rethrows its errors. */
  image: (recipe: RecipeName, image: ImageHint, work: () => Promise<Outcome>) => Promise<void>;
  /** Counts a record that names no image; it is not retried. */
  refused: (error: InvalidEventError) => void;
};

/** Call it once per invocation, at the start. */
export function report(context: Context): Report {
  log.addContext(context);
  const { functionName: FunctionName, functionVersion: FunctionVersion, awsRequestId: requestId } = context;

  async function image(recipe: RecipeName, { bucket, key, eventTime }: ImageHint, work: () => Promise<Outcome>) {
    const startedAt = performance.now();
    const facts = { bucket, key, imageId: imageId({ bucket, key }), recipe, functionVersion: FunctionVersion };
    const measure = (outcome: Outcome['status'] | 'failed', bytesRead: number, bytesWritten: number) => {
      const durationMs = Math.round(performance.now() - startedAt);
      const values = { Images: 1, ImagesFailed: outcome === 'failed' ? 1 : 0, Duration: durationMs };
      const bytes = { BytesRead: bytesRead, BytesWritten: bytesWritten };
      const dimensions = { FunctionName, FunctionVersion, Recipe: recipe, Outcome: outcome };
      publish(imageMetrics, { ...dimensions, ...values, ...bytes, requestId });
      return { ...facts, outcome, durationMs, ...sinceUpload(eventTime) };
    };

    try {
      const outcome = await inSubsegment(recipe, { recipe }, work);
      const { status, reason, original, record, bytesWritten } = outcome;
      // Only a decoded original was certainly read.
      const measured = measure(status, status === 'ready' ? (original?.size ?? 0) : 0, bytesWritten);
      log.info(messages[status](recipe), {
        ...measured,
        ...(reason !== undefined && { reason }),
        ...(record?.size !== undefined && { size: record.size }),
        bytesWritten,
      });
    } catch (error) {
      log.error(`${recipe} failed: AWS will try again`, { ...measure('failed', 0, 0), error });
      throw error;
    }
  }

  function refused(error: InvalidEventError): void {
    publish(refusalMetrics, { FunctionName, FunctionVersion, InvalidEvents: 1, requestId });
    log.warn('delivery refused: it names no image', { reason: error.message, functionVersion: FunctionVersion });
  }

  return { image, refused };
}

const messages: Record<Outcome['status'], (recipe: RecipeName) => string> = {
  ready: (recipe) => `${recipe} ready`,
  rejected: () => 'rejected',
  deleted: () => 'deleted',
  unchanged: () => 'unchanged',
  nothing: () => 'nothing there',
};

/** ms since S3 published the event, measured by two clocks: for information. */
function sinceUpload(eventTime: string | undefined): { sinceUploadMs?: number } {
  const sinceUploadMs = Date.now() - Date.parse(eventTime ?? '');
  return Number.isFinite(sinceUploadMs) ? { sinceUploadMs } : {};
}
