import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';

import { clientDefaults, httpStatus } from './client-defaults.ts';

/**
 * How an invocation went. `ms` is what its caller waited. `unavailable`: it was throttled, or the service did not take it, and another
 * try may fare better.
 */
export type Invocation =
  | { status: 'returned'; payload: unknown; ms: number }
  | { status: 'failed'; error: string; ms: number }
  | { status: 'unavailable'; why: string };

/** For a client that invokes functions: waits as long as our functions may run, and leaves retries to the caller. */
export const invokingDefaults = {
  ...clientDefaults,
  maxAttempts: 1,
  requestHandler: { ...clientDefaults.requestHandler, requestTimeout: 120_000, socketTimeout: 120_000 },
};

/** Lambda functions, invoked synchronously. */
export function invocations(lambda: LambdaClient) {
  /** Invokes one version of a function, independent of aliases. Throws if the request itself is wrong: forbidden, no such version. */
  async function invoke(functionName: string, version: string, event: unknown): Promise<Invocation> {
    const startedAt = performance.now();
    try {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Qualifier: version, Payload: JSON.stringify(event) }),
      );
      const ms = performance.now() - startedAt;
      const payload = parsed(Payload?.transformToString() ?? '');
      return FunctionError === undefined
        ? { status: 'returned', payload, ms }
        : { status: 'failed', error: errorOf(payload), ms };
    } catch (error) {
      if (!mayPass(error)) throw error;
      return { status: 'unavailable', why: String(error) };
    }
  }

  return { invoke };
}

/** Throttled (429), about to become active (409), or a fault of the service or of the network on the way to it. */
function mayPass(error: unknown): boolean {
  const status = httpStatus(error);
  return status === undefined || status === 429 || status === 409 || status >= 500;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What Lambda says of a function that failed, `{ errorType, errorMessage }`; less the request's id, which no two failures have in common. */
function errorOf(payload: unknown): string {
  const { errorType, errorMessage } = (payload ?? {}) as { errorType?: unknown; errorMessage?: unknown };
  const parts = [errorType, errorMessage].filter((part) => typeof part === 'string' && part !== '');
  return parts.join(': ').replace(/RequestId: \S+ (?:Error: )?/u, '') || 'no reason given';
}
