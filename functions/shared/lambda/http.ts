import type { Context } from 'aws-lambda';

import { Problem } from '../gallery/problem.ts';
import { problemResult, resultOf, type HttpAnswer, type HttpResult } from './http-answer.ts';
import { readHttpRequest, type HttpRequest } from './http-request.ts';
import { log } from './log.ts';
import { publish, type Directive } from './metrics.ts';

// The metric `RequestsFailed` per version protects a gradual release, because a response of 500 is not an error for Lambda.
const requestMetrics: Directive[] = [
  {
    dimensions: [['FunctionName', 'FunctionVersion']],
    metrics: { Requests: 'Count', RequestsFailed: 'Count', Duration: 'Milliseconds' },
  },
];

/**
 * Answers one request of the HTTP API: whatever `work` throws becomes a problem document, a Problem its own and anything else a 500 or,
 * where trying again may help, a 503. One line and one set of metrics each. Neither holds a path, a query, a header or a body, for that is
 * where tokens and presigned URLs are.
 *
 * Throws InvalidEventError for what no HTTP API has sent: there is nobody to answer.
 */
export async function answerHttp(
  event: unknown,
  context: Context,
  work: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpResult> {
  log.addContext(context);
  const startedAt = performance.now();
  const request = readHttpRequest(event);
  const { result, error } = await answered(request, context.awsRequestId, work);
  const durationMs = Math.round(performance.now() - startedAt);
  count(context, { failed: result.statusCode >= 500, durationMs });
  const facts = { route: request.route, method: request.method, status: result.statusCode, durationMs };
  if (result.statusCode < 500)
    log.info('answered', { ...facts, ...(error instanceof Problem && { code: error.code }) });
  else log.error('request failed', { ...facts, error });
  return result;
}

/** Counts one request, or one decision of a function. */
export function count(
  { functionName: FunctionName, functionVersion: FunctionVersion, awsRequestId: requestId }: Context,
  { failed, durationMs }: { failed: boolean; durationMs: number },
): void {
  const values = { Requests: 1, RequestsFailed: failed ? 1 : 0, Duration: durationMs };
  publish(requestMetrics, { FunctionName, FunctionVersion, ...values, requestId });
}

async function answered(
  request: HttpRequest,
  requestId: string,
  work: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<{ result: HttpResult; error?: unknown }> {
  try {
    return { result: await resultOf(request, await work(request)) };
  } catch (error) {
    return { result: problemResult(problemOf(error), requestId), error };
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return mayPass(error)
    ? new Problem('unavailable', 'This is taking longer than it should. Please try again in a moment.')
    : new Problem(
        'internal',
        'Something went wrong on our side. Please try again; if it stays so, tell us the request id.',
      );
}

/** What AWS's SDK throws where a service throttles, fails or cannot be reached. Anything else is a mistake of ours. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TransientError' || error.name === 'TimeoutError' || 'errno' in error) return true;
  const { $retryable, $metadata } = error as { $retryable?: object; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if ($retryable !== undefined || /Throttl|TooManyRequests|ProvisionedThroughputExceeded|SlowDown/u.test(error.name))
    return true;
  return status !== undefined && (status === 429 || status >= 500);
}
