/** What happens in the cloud, told as it happens: the console prints it, tests wait for it. */
export type CloudEvent =
  | { type: 'object-created'; bucket: string; key: string; size: number; event: string }
  | { type: 'object-removed'; bucket: string; key: string; event: string }
  | { type: 'function-log'; functionName: string; version: string; requestId?: string; line: string }
  | {
      type: 'invocation-ended';
      functionName: string;
      version: string;
      requestId: string;
      kind: 'synchronous' | 'asynchronous' | 'poll';
      durationMs: number;
      initMs?: number;
      outcome: 'succeeded' | 'failed' | 'timed-out' | 'out-of-memory' | 'crashed';
      error?: string;
    }
  | { type: 'invocation-throttled'; functionName: string; kind: 'synchronous' | 'asynchronous' | 'poll' }
  | {
      type: 'retry-scheduled';
      functionName: string;
      requestId: string;
      retry: number;
      of: number;
      inMs: number;
      error: string;
    }
  | { type: 'dead-lettered'; from: string; to: string; reason: string }
  /** Nothing was configured to keep it, as on AWS; told loudly here. */
  | { type: 'event-dropped'; from: string; to: string; reason: string }
  | ({ type: 'chaos' } & Harm)
  | { type: 'schedule-fired'; schedule: string; target: string }
  | {
      type: 'stack-changed';
      stackName: string;
      logicalId: string;
      resourceType: string;
      change: 'created' | 'updated' | 'replaced' | 'deleted';
    }
  | { type: 'note'; text: string };

/** Done on purpose. `where` is a target's ARN, a service's signing name or a function's name; `ms` of the cloud's time, or of an invocation's. */
export type Harm =
  | { act: 'delivery-delayed' | 'delivery-repeated' | 'message-repeated'; where: string; ms: number }
  | { act: 'call-refused' | 'answer-lost'; where: string; code: string }
  | { act: 'environment-killed'; where: string; ms: number };

export type Observe = (event: CloudEvent) => void;
