import type { FunctionReference } from './arns.ts';

/** An event that Lambda has taken and not yet done with. */
export type QueuedEvent = {
  requestId: string;
  target: FunctionReference;
  payload: string;
  /** Milliseconds since the epoch, and no two the same. */
  enqueuedAt: number;
  /** Milliseconds of the cloud's time that waiting took beyond the real time: what the clock's factor saved. */
  savedMs: number;
  /** How often it was handed to the function. */
  invokeCount: number;
  /** How often the function failed on it. */
  failures: number;
  /** How often in a row it was throttled, or the service failed. */
  refusals: number;
  /** Milliseconds since the epoch: not before. */
  dueAt: number;
  traceHeader?: string;
};
