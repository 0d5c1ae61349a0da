/** What happens in the cloud, told as it happens: the console prints it, tests wait for it. */
export type CloudEvent =
  | { type: 'object-created'; bucket: string; key: string; size: number; event: string }
  | { type: 'object-removed'; bucket: string; key: string; event: string }
  | { type: 'function-log'; functionName: string; version: string; requestId?: string; line: string }
  | {
      type: 'invocation-ended';
      functionName: string;
      version: string;
      /** What was called: an alias, a version; absent where neither was named. */
      qualifier?: string;
      requestId: string;
      kind: 'synchronous' | 'asynchronous' | 'poll';
      durationMs: number;
      initMs?: number;
      outcome: 'succeeded' | 'failed' | 'timed-out' | 'out-of-memory' | 'crashed';
      error?: string;
    }
  | {
      type: 'invocation-throttled';
      functionName: string;
      version: string;
      qualifier?: string;
      kind: 'synchronous' | 'asynchronous' | 'poll';
    }
  /** Lambda is done with an asynchronous event. */
  | {
      type: 'asynchronous-event-ended';
      functionName: string;
      qualifier?: string;
      /** The function never succeeded on it, whether or not a destination or a dead-letter queue has it now. */
      dropped: boolean;
      /** How many destinations could not be reached with its record. */
      undelivered: number;
    }
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
  | {
      type: 'deployment-changed';
      deploymentId: string;
      functionName: string;
      fromVersion: string;
      toVersion: string;
      status: 'started' | 'succeeded' | 'failed' | 'stopped';
      /** Why it failed or was stopped. */
      reason?: string;
    }
  | {
      type: 'deployment-stage';
      deploymentId: string;
      functionName: string;
      stage: 'BeforeAllowTraffic' | 'AllowTraffic' | 'AfterAllowTraffic';
      status: 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';
      /** The function that is to say whether the release may go on. */
      hook?: string;
    }
  /** What share of an alias's invocations each version gets from now on, from 0 to 1. */
  | { type: 'traffic-shifted'; functionName: string; alias: string; weights: Readonly<Record<string, number>> }
  | { type: 'alarm-changed'; alarm: string; from: AlarmState; to: AlarmState; reason: string }
  /** The template has a property that this cloud keeps and describes, and that changes nothing here. */
  | { type: 'accepted-without-effect'; text: string }
  | { type: 'note'; text: string };

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** Done on purpose. `where` is a target's ARN, a service's signing name or a function's name; `ms` of the cloud's time, or of an invocation's. */
export type Harm =
  | { act: 'delivery-delayed' | 'delivery-repeated' | 'message-repeated'; where: string; ms: number }
  | { act: 'call-refused' | 'answer-lost'; where: string; code: string }
  | { act: 'environment-killed'; where: string; ms: number };

export type Observe = (event: CloudEvent) => void;
