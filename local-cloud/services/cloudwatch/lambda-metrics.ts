import type { CloudEvent } from '../../events.ts';
import type { Measured } from './metric.ts';
import { samplesOf } from './summary.ts';

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
