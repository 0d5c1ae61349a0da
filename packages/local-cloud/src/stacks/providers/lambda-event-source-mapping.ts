import { z } from 'zod';
import { readReference } from '../../services/lambda/arns.ts';
import type { Mapping, MappingSpec } from '../../services/lambda/event-source-mappings.ts';
import type { Lambda } from '../../services/lambda/lambda.ts';
import { flag, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const schema = z.strictObject({
  EventSourceArn: text,
  FunctionName: text,
  Enabled: flag.optional(),
  BatchSize: integer.optional(),
  MaximumBatchingWindowInSeconds: integer.optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: integer.optional() }).optional(),
  FilterCriteria: z
    .strictObject({ Filters: z.array(z.strictObject({ Pattern: text.optional() })).optional() })
    .optional(),
});
type Properties = z.output<typeof schema>;

export function lambdaEventSourceMapping({ mappings, functions }: Lambda): Provider<Properties> {
  const made = ({ uuid, target }: Mapping): Made => {
    const [account] = functions.arnOf(target.functionName).split(':function:');
    const arn = `${account ?? ''}:event-source-mapping:${uuid}`;
    return { ref: uuid, attributes: { Id: uuid, EventSourceMappingArn: arn } };
  };

  return {
    type: 'AWS::Lambda::EventSourceMapping',
    schema,
    replacedBy: ['EventSourceArn'],
    create: async ({ properties }) => made(await mappings.create(spec(properties))),
    update: async ({ ref, properties }) => made(await mappings.update(ref, spec(properties))),
    delete: async ({ ref }) => {
      // With its function a mapping is gone already.
      if (mappings.list().some(({ uuid }) => uuid === ref)) mappings.delete(ref);
    },
  };
}

function spec(properties: Properties): MappingSpec {
  return {
    queueArn: properties.EventSourceArn,
    target: readReference(properties.FunctionName),
    enabled: properties.Enabled ?? true,
    batchSize: properties.BatchSize ?? 10,
    windowSeconds: properties.MaximumBatchingWindowInSeconds ?? 0,
    reportBatchItemFailures: (properties.FunctionResponseTypes ?? []).length > 0,
    maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
    filters: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern = '{}' }) => Pattern),
  };
}
