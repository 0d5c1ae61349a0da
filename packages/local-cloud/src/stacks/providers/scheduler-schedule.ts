import { z } from 'zod';
import type { ScheduleSpec } from '../../services/scheduler/schedule.ts';
import type { Scheduler } from '../../services/scheduler/scheduler.ts';
import { physicalName } from '../physical-name.ts';
import { integer, text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const schema = z.strictObject({
  Name: text.optional(),
  GroupName: z.literal('default').optional(),
  Description: text.optional(),
  ScheduleExpression: text,
  ScheduleExpressionTimezone: text.optional(),
  StartDate: text.optional(),
  EndDate: text.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  FlexibleTimeWindow: z.discriminatedUnion('Mode', [
    z.strictObject({ Mode: z.literal('OFF') }),
    z.strictObject({ Mode: z.literal('FLEXIBLE'), MaximumWindowInMinutes: integer }),
  ]),
  Target: z.strictObject({
    Arn: text,
    RoleArn: text,
    Input: text.optional(),
    DeadLetterConfig: z.strictObject({ Arn: text.optional() }).optional(),
    RetryPolicy: z
      .strictObject({ MaximumEventAgeInSeconds: integer.optional(), MaximumRetryAttempts: integer.optional() })
      .optional(),
  }),
});
type Properties = z.output<typeof schema>;

export function schedulerSchedule(scheduler: Scheduler): Provider<Properties> {
  return {
    type: 'AWS::Scheduler::Schedule',
    schema,
    replacedBy: ['Name'],
    namedBy: 'Name',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.Name ?? physicalName(stack, logicalId, { maxLength: 64 });
      const { arn } = scheduler.create(spec(name, properties));
      return { ref: name, attributes: { Arn: arn } };
    },
    update: async ({ ref, properties }) => {
      const { arn } = scheduler.update(spec(ref, properties));
      return { ref, attributes: { Arn: arn } };
    },
    delete: async ({ ref }) => scheduler.delete(ref),
  };
}

function spec(name: string, properties: Properties): ScheduleSpec {
  const { Target: target, FlexibleTimeWindow: window } = properties;
  const deadLetterArn = target.DeadLetterConfig?.Arn;
  return {
    name,
    expression: properties.ScheduleExpression,
    timeZone: properties.ScheduleExpressionTimezone ?? 'UTC',
    ...(properties.Description !== undefined && { description: properties.Description }),
    ...(properties.StartDate !== undefined && { startDate: properties.StartDate }),
    ...(properties.EndDate !== undefined && { endDate: properties.EndDate }),
    enabled: properties.State !== 'DISABLED',
    ...(window.Mode === 'FLEXIBLE' && { flexibleMinutes: window.MaximumWindowInMinutes }),
    target: {
      arn: target.Arn,
      roleArn: target.RoleArn,
      ...(target.Input !== undefined && { input: target.Input }),
      ...(deadLetterArn !== undefined && { deadLetterArn }),
      maximumEventAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
      maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
    },
  };
}
