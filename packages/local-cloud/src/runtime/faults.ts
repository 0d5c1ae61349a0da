import { describeEnding } from './endings.ts';
import type { Status } from './log-lines.ts';
import type { ErrorDocument } from './process.ts';
import type { Cut } from './supervise.ts';

/** How an initialization or an invocation went wrong. */
export type Fault = {
  outcome: 'failed' | 'timed-out' | 'out-of-memory' | 'crashed';
  error: ErrorDocument;
  status: Exclude<Status, 'success'>;
  /** The process is gone, or about to go. */
  fatal: boolean;
};

/** What the handler, or the runtime on its behalf, reported. */
export function reported(error: ErrorDocument, fatal: boolean): Fault {
  return { outcome: 'failed', error, status: 'error', fatal };
}

/** What befell the process, in Lambda's words. */
export function befallen({ why, ending }: Cut, limitMs: number): Fault {
  switch (why) {
    case 'deadline':
      return {
        outcome: 'timed-out',
        error: { errorType: 'Sandbox.Timedout', errorMessage: timedOut(limitMs) },
        status: 'timeout',
        fatal: true,
      };
    case 'memory':
      return {
        outcome: 'out-of-memory',
        error: { errorType: 'Runtime.OutOfMemory', errorMessage: 'Runtime exited with error: signal: killed' },
        status: 'error',
        fatal: true,
      };
    case 'ended':
      return {
        outcome: 'crashed',
        error: { errorType: 'Runtime.ExitError', errorMessage: describeEnding(ending) },
        status: 'error',
        fatal: true,
      };
  }
}

/** A response may have 6 MB, and a little. */
const LARGEST_PAYLOAD = 6_291_556;

/** The fault of a response that is too large; undefined where it is not. */
export function tooLarge(payload: string): Fault | undefined {
  const size = Buffer.byteLength(payload);
  if (size <= LARGEST_PAYLOAD) return undefined;
  const errorMessage = `Response payload size (${String(size)} bytes) exceeded maximum allowed payload size (${String(LARGEST_PAYLOAD)} bytes).`;
  return reported({ errorType: 'Function.ResponseSizeTooLarge', errorMessage }, false);
}

function timedOut(limitMs: number): string {
  return `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
}

/** What Lambda writes into the log about a fault; undefined for an error of the handler, which the runtime has logged itself. */
export function faultLine({ error, outcome }: Fault, requestId: string, at: Date): string | undefined {
  if (error.trace !== undefined) return undefined;
  if (outcome === 'timed-out') return `${at.toISOString()} ${requestId} ${error.errorMessage}`;
  return `RequestId: ${requestId} Error: ${error.errorMessage}\n${error.errorType}`;
}

/** The payload of a failed invocation. Lambda names the request in errors that it reports itself. */
export function faultPayload({ error }: Fault, requestId: string): string {
  if (error.trace !== undefined) return JSON.stringify(error);
  return JSON.stringify({
    errorType: error.errorType,
    errorMessage: `RequestId: ${requestId} Error: ${error.errorMessage}`,
  });
}
