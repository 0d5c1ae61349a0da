import type { CloudEvent } from '../../core/cloud-event.ts';
import type { Measured } from './metric.ts';
import { samplesOf } from './summary.ts';

/** What ran at once during a minute: in all, of functions without a reservation, and what was claimed of the account's limit. */
export type ConcurrencyPeak = { executions: number; unreserved: number; claimed: number };

type EndedEvent = Extract<CloudEvent, { type: 'asynchronous-event-ended' }>;
type Invocation = Extract<CloudEvent, { type: 'invocation-ended' | 'invocation-throttled' }>;

/** What Lambda measures of an invocation that has ended or was refused, in every set of dimensions in which it publishes it. */
export function measureInvocation(event: Invocation): Measured[] {
  const values: readonly (readonly [name: string, value: number, unit: string])[] =
    event.type === 'invocation-throttled'
      ? [['Throttles', 1, 'Count']]
      : [
          ['Invocations', 1, 'Count'],
          // Zeros too: an average is a rate then.
          ['Errors', event.outcome === 'succeeded' ? 0 : 1, 'Count'],
          ['Throttles', 0, 'Count'],
          ['Duration', event.durationMs, 'Milliseconds'],
        ];
  return dimensionSets(event).flatMap((dimensions) =>
    values.map(([name, value, unit]) => ({
      metric: { namespace: 'AWS/Lambda', name, dimensions },
      unit,
      samples: samplesOf(value),
    })),
  );
}

/** What Lambda measures when it is done with an asynchronous event; only what went wrong is published. */
export function measureEndedEvent({
  functionName: FunctionName,
  qualifier,
  dropped,
  undelivered,
}: EndedEvent): Measured[] {
  const values = [
    ['AsyncEventsDropped', dropped ? 1 : 0],
    ['DestinationDeliveryFailures', undelivered],
  ] as const;
  const Resource = qualifier === undefined ? FunctionName : `${FunctionName}:${qualifier}`;
  return [{}, { FunctionName }, { FunctionName, Resource }].flatMap((dimensions) =>
    values
      .filter(([, value]) => value > 0)
      .map(([name, value]) => ({
        metric: { namespace: 'AWS/Lambda', name, dimensions },
        unit: 'Count',
        samples: samplesOf(value),
      })),
  );
}

/** The account's concurrency, minute by minute; nothing where nothing ran and nothing is reserved. */
export function measureConcurrency({ executions, unreserved, claimed }: ConcurrencyPeak): Measured[] {
  const values = [
    ['ConcurrentExecutions', executions],
    ['UnreservedConcurrentExecutions', unreserved],
    ['ClaimedAccountConcurrency', claimed],
  ] as const;
  return values
    .filter(([, value]) => value > 0)
    .map(([name, value]) => ({
      metric: { namespace: 'AWS/Lambda', name, dimensions: {} },
      unit: 'Count',
      samples: samplesOf(value),
    }));
}

/** Which version ran is a dimension where an alias decided it. */
function dimensionSets({ functionName, qualifier, version }: Invocation): Record<string, string>[] {
  const FunctionName = functionName;
  const Resource = qualifier === undefined ? functionName : `${functionName}:${qualifier}`;
  const byAlias = qualifier !== undefined && !/^(\$LATEST|\d+)$/.test(qualifier);
  return [
    {},
    { FunctionName },
    { FunctionName, Resource },
    ...(byAlias ? [{ FunctionName, Resource, ExecutedVersion: version }] : []),
  ];
}
