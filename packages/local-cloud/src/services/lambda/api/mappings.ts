import { z } from 'zod';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { qualifiedArn, readReference } from '../arns.ts';
import type { Mapping } from '../event-source-mappings.ts';
import { bodyOf, page } from './input.ts';
import type { LambdaForApi } from './types.ts';

const MAPPINGS = '/2015-03-31/event-source-mappings';

const changes = z.strictObject({
  FunctionName: z.string().optional(),
  Enabled: z.boolean().optional(),
  BatchSize: z.int().optional(),
  MaximumBatchingWindowInSeconds: z.int().optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.int().optional() }).optional(),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).optional() }).optional(),
});

export function mappingRoutes(lambda: LambdaForApi, { region, accountId }: ServiceContext): RestRoute[] {
  const { mappings, functions } = lambda;
  const arnOf = (uuid: string): string => `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${uuid}`;

  function describe(mapping: Mapping): object {
    const { uuid, target, filters, maximumConcurrency } = mapping;
    return {
      UUID: uuid,
      EventSourceMappingArn: arnOf(uuid),
      EventSourceArn: mapping.queueArn,
      FunctionArn: qualifiedArn(functions.arnOf(target.functionName), target.qualifier),
      BatchSize: mapping.batchSize,
      MaximumBatchingWindowInSeconds: mapping.windowSeconds,
      FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
      ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
      ...(filters.length > 0 && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
      State: mapping.enabled ? 'Enabled' : 'Disabled',
      StateTransitionReason: 'USER_INITIATED',
      LastModified: Date.parse(mapping.lastModified) / 1000,
    };
  }
  function named(request: RestRequest, action: string): Mapping {
    const { UUID: uuid = '' } = request.labels;
    request.authorize(`lambda:${action}`, arnOf(uuid));
    return mappings.get(uuid);
  }

  return [
    {
      operation: 'ListEventSourceMappings',
      method: 'GET',
      path: `${MAPPINGS}/`,
      parameters: ['EventSourceArn', 'FunctionName', 'Marker', 'MaxItems'],
      handle: (request): RestAnswer => {
        request.authorize('lambda:ListEventSourceMappings', '*');
        const source = request.query.get('EventSourceArn');
        const name = request.query.get('FunctionName');
        const target = name === null ? undefined : readReference(name);
        const all = mappings
          .list()
          .filter(({ queueArn }) => source === null || queueArn === source)
          .filter(({ target: own }) => target === undefined || own.functionName === target.functionName)
          .filter(({ target: own }) => target?.qualifier === undefined || own.qualifier === target.qualifier);
        const { items, ...next } = page(all, request);
        return { body: { EventSourceMappings: items.map(describe), ...next } };
      },
    },
    {
      operation: 'GetEventSourceMapping',
      method: 'GET',
      path: `${MAPPINGS}/{UUID}`,
      handle: (request): RestAnswer => ({ body: describe(named(request, 'GetEventSourceMapping')) }),
    },
    {
      operation: 'UpdateEventSourceMapping',
      method: 'PUT',
      path: `${MAPPINGS}/{UUID}`,
      handle: async (request): Promise<RestAnswer> => {
        const { uuid, maximumConcurrency: before } = named(request, 'UpdateEventSourceMapping');
        const input = bodyOf(changes, request, 'UpdateEventSourceMapping');
        const maximumConcurrency = input.ScalingConfig === undefined ? before : input.ScalingConfig.MaximumConcurrency;
        const updated = await mappings.update(uuid, {
          ...(input.FunctionName !== undefined && { target: readReference(input.FunctionName) }),
          ...(input.Enabled !== undefined && { enabled: input.Enabled }),
          ...(input.BatchSize !== undefined && { batchSize: input.BatchSize }),
          ...(input.MaximumBatchingWindowInSeconds !== undefined && {
            windowSeconds: input.MaximumBatchingWindowInSeconds,
          }),
          ...(input.FunctionResponseTypes && { reportBatchItemFailures: input.FunctionResponseTypes.length > 0 }),
          ...(input.FilterCriteria && { filters: (input.FilterCriteria.Filters ?? []).map(({ Pattern }) => Pattern) }),
          maximumConcurrency,
        });
        return { status: 202, body: describe(updated) };
      },
    },
  ];
}
