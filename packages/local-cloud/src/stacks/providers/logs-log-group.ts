import { z } from 'zod';
import type { Logs } from '../../services/logs/logs.ts';
import { physicalName } from '../physical-name.ts';
import { integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

/** Days; what CloudWatch Logs takes. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const schema = z.strictObject({
  LogGroupName: text.optional(),
  RetentionInDays: integer
    .refine((days) => RETENTIONS.includes(days), { error: `RetentionInDays is one of ${RETENTIONS.join(', ')}` })
    .optional(),
});
type Properties = z.output<typeof schema>;

export function logsLogGroup(logs: Logs): Provider<Properties> {
  // CloudFormation's ARN of a group ends with `:*`: it means the streams too.
  const made = (name: string): Made => ({ ref: name, attributes: { Arn: `${logs.get(name).arn}:*` } });

  return {
    type: 'AWS::Logs::LogGroup',
    schema,
    replacedBy: ['LogGroupName'],
    namedBy: 'LogGroupName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.LogGroupName ?? physicalName(stack, logicalId, { maxLength: 512 });
      logs.create(name, properties.RetentionInDays);
      return made(name);
    },
    update: async ({ ref, properties }) => {
      logs.retain(ref, properties.RetentionInDays);
      return made(ref);
    },
    delete: async ({ ref }) => logs.delete(ref),
  };
}
