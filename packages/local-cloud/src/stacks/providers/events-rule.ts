import { z } from 'zod';
import type { Events } from '../../services/eventbridge/eventbridge.ts';
import type { Rule, RuleSpec } from '../../services/eventbridge/rule.ts';
import { physicalName } from '../physical-name.ts';
import { document, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const target = z.strictObject({
  Id: text,
  Arn: text,
  RoleArn: text.optional(),
  Input: text.optional(),
  InputPath: text.optional(),
  DeadLetterConfig: z.strictObject({ Arn: text.optional() }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: integer.optional(), MaximumRetryAttempts: integer.optional() })
    .optional(),
});

const schema = z.strictObject({
  Name: text.optional(),
  Description: text.optional(),
  EventBusName: z.literal('default', 'the local cloud has the bus "default" only').optional(),
  EventPattern: z.union([document, z.string()]).optional(),
  ScheduleExpression: text.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Targets: z.array(target).optional(),
});
type Properties = z.output<typeof schema>;

export function eventsRule(events: Events): Provider<Properties> {
  return {
    type: 'AWS::Events::Rule',
    schema,
    replacedBy: ['Name', 'EventBusName'],
    namedBy: 'Name',
    create: async ({ logicalId, properties, stack }) =>
      made(events.create(spec(properties.Name ?? physicalName(stack, logicalId, { maxLength: 64 }), properties))),
    update: async ({ ref, properties }) => made(events.update(spec(ref, properties))),
    delete: async ({ ref }) => events.delete(ref),
  };
}

function made({ name, arn }: Rule): Made {
  return { ref: name, attributes: { Arn: arn } };
}

function spec(name: string, properties: Properties): RuleSpec {
  const { Description: description, EventPattern: pattern, ScheduleExpression: expression } = properties;
  return {
    name,
    ...(description !== undefined && { description }),
    enabled: properties.State !== 'DISABLED',
    ...(pattern !== undefined && { pattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern) }),
    ...(expression !== undefined && { expression }),
    targets: (properties.Targets ?? []).map((one) => {
      const deadLetterArn = one.DeadLetterConfig?.Arn;
      return {
        id: one.Id,
        arn: one.Arn,
        ...(one.RoleArn !== undefined && { roleArn: one.RoleArn }),
        ...(one.Input !== undefined && { input: one.Input }),
        ...(one.InputPath !== undefined && { inputPath: one.InputPath }),
        ...(deadLetterArn !== undefined && { deadLetterArn }),
        maximumEventAgeSeconds: one.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
        maximumRetryAttempts: one.RetryPolicy?.MaximumRetryAttempts ?? 185,
      };
    }),
  };
}
