import { TransientError } from '../images/errors.ts';
import type { Image } from '../images/image.ts';

/**
 * What every AWS client of a function is made with. The SDK waits for ever by default, and an invocation that hangs in a socket
 * would be killed by Lambda's timeout instead of ending in order: a second to connect, five seconds of silence, four attempts.
 */
export const clientDefaults = {
  retryMode: 'standard',
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    // Until the answer's headers; without throwOnRequestTimeout the SDK would only log that the time is over.
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
    // Bodies are read after that: this one ends a stream that has gone silent.
    socketTimeout: 5_000,
  },
};

/** The HTTP status of an AWS error; undefined for other errors. */
export function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode;
}

/**
 * What to throw where HeadObject failed. Its answers have no body, and so no code: all that the SDK can say of a refusal is
 * "UnknownError", and nobody who finds that beside a dead letter would know what to mend.
 */
export function headFailure(error: unknown, { bucket, key }: Image): unknown {
  const status = httpStatus(error);
  if (status === undefined) return error;
  const why = status === 403 ? ' (this function’s role may not read the object, or not list the bucket)' : '';
  return new TransientError(`S3 answered HeadObject with ${status}${why}: s3://${bucket}/${key}`, { cause: error });
}
