import { z } from 'zod';
import type { Random } from '../../core/random.ts';
import {
  readFilterRules,
  type Destination,
  type NotificationConfiguration,
} from '../../services/s3/notification-configuration.ts';
import { text } from '../properties.ts';

const Filter = z
  .strictObject({ S3Key: z.strictObject({ Rules: z.array(z.strictObject({ Name: text, Value: text })) }) })
  .optional();

/** The property `NotificationConfiguration` of a bucket. */
export const notificationConfiguration = z.strictObject({
  TopicConfigurations: z.array(z.strictObject({ Event: text, Topic: text, Filter })).optional(),
  QueueConfigurations: z.array(z.strictObject({ Event: text, Queue: text, Filter })).optional(),
  LambdaConfigurations: z.array(z.strictObject({ Event: text, Function: text, Filter })).optional(),
});
type Property = z.output<typeof notificationConfiguration>;

type Row = { destination: Destination; arn: string; event: string; filter: z.output<typeof Filter> };

/** CloudFormation names one event a row and no ids; S3 wants an id for each. */
export function toNotifications(property: Property, random: Random): NotificationConfiguration {
  const { TopicConfigurations = [], QueueConfigurations = [], LambdaConfigurations = [] } = property;
  const rows: Row[] = [
    ...TopicConfigurations.map((one): Row => ({
      destination: 'topic',
      arn: one.Topic,
      event: one.Event,
      filter: one.Filter,
    })),
    ...QueueConfigurations.map((one): Row => ({
      destination: 'queue',
      arn: one.Queue,
      event: one.Event,
      filter: one.Filter,
    })),
    ...LambdaConfigurations.map((one): Row => ({
      destination: 'function',
      arn: one.Function,
      event: one.Event,
      filter: one.Filter,
    })),
  ];
  return rows.map(({ destination, arn, event, filter }) => ({
    id: random.uuid(),
    destination,
    arn,
    events: [event],
    ...readFilterRules((filter?.S3Key.Rules ?? []).map(({ Name, Value }) => ({ name: Name, value: Value }))),
  }));
}
