import { join } from 'node:path';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import type { Delivery } from '../../core/delivery.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { eventMessage, testMessage, type Cause, type ObjectEvent } from './event-record.ts';
import { checkConfiguration, matches, type NotificationConfiguration } from './notification-configuration.ts';

export type Notifications = {
  /** Sends an event to whom the configuration names. What is under way survives a restart. */
  announce: (event: ObjectEvent, configuration: NotificationConfiguration) => void;
  /**
   * Throws AwsError InvalidArgument where a configuration is wrong or a destination does not exist or does not let this bucket in: S3
   * finds out by a test message to each topic and queue.
   */
  validate: (bucket: string, configuration: NotificationConfiguration, cause: Cause) => Promise<void>;
};

/** Asks whether a function may be invoked by a delivery, without invoking it: S3 sends functions no test message. Throws AwsError. */
export type CheckFunction = (delivery: Pick<Delivery, 'to' | 'from'>) => Promise<void> | void;

type Pending = Delivery & { since: string };

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const GIVE_UP_MS = 24 * 60 * 60_000;

export function openNotifications(
  context: ServiceContext,
  ownerId: string,
  checkFunction?: CheckFunction,
): Notifications {
  const { stateFolder, clock, stopping, observe, deliver, random, region } = context;
  const pending = openStore<Pending>(
    stateFolder === undefined ? undefined : join(stateFolder, 's3', 'notifications.jsonl'),
  );

  const stopped = (): boolean => stopping.aborted;

  /** At least once, with growing waits, for a day. */
  async function send(id: string, delivery: Pending): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await deliver(delivery);
        pending.delete(id);
        return;
      } catch (error) {
        if (stopped()) return;
        const { from, to, since } = delivery;
        const reason = error instanceof Error ? error.message : String(error);
        if ((clock.now().getTime() - Date.parse(since)) * clock.factor >= GIVE_UP_MS) {
          pending.delete(id);
          observe({ type: 'event-dropped', from: from.arn, to, reason });
          return;
        }
        if (wait === FIRST_WAIT_MS) {
          observe({ type: 'note', text: `S3 could not deliver an event to ${to} and tries again: ${reason}` });
        }
        await clock.wait(wait * (0.5 + random.next() / 2), stopping);
        if (stopped()) return;
      }
    }
  }

  // What a stop left behind. Not in this turn: the targets are made after us.
  const leftBehind = [...pending.entries()];
  setImmediate(() => {
    if (!stopped()) for (const [id, delivery] of leftBehind) void send(id, delivery);
  });

  return {
    announce: (event, configuration) => {
      for (const notification of configuration) {
        if (!matches(notification, event.name, event.key)) continue;
        const id = `${event.sequence}/${notification.id}`;
        const delivery: Pending = {
          to: notification.arn,
          from: source(event.bucket),
          body: eventMessage(event, notification.id, region, ownerId),
          ...(notification.destination === 'topic' && { subject: 'Amazon S3 Notification' }),
          since: event.time,
        };
        pending.set(id, delivery);
        void send(id, delivery);
      }
    },
    validate: async (bucket, configuration, cause) => {
      checkConfiguration(configuration);
      const refused: string[] = [];
      for (const { destination, arn } of configuration) {
        try {
          if (destination === 'function') {
            if (checkFunction === undefined) throw notImplemented('bucket notifications to functions');
            await checkFunction({ to: arn, from: source(bucket) });
          } else {
            const body = testMessage(bucket, clock.now().toISOString(), cause);
            await deliver({
              to: arn,
              from: source(bucket),
              body,
              ...(destination === 'topic' && { subject: 'Amazon S3 Notification' }),
            });
          }
        } catch (error) {
          if (!(error instanceof AwsError) || error.code === 'NotImplemented') throw error;
          refused.push(`${arn}: ${error.message}`);
        }
      }
      if (refused.length > 0) {
        throw new AwsError('InvalidArgument', 'Unable to validate the following destination configurations', 400, {
          ArgumentName: configuration.map(({ arn }) => arn).join(', '),
          ArgumentValue: refused.join('; '),
        });
      }
    },
  };
}

function source(bucket: string): Delivery['from'] {
  return { service: 's3.amazonaws.com', arn: `arn:aws:s3:::${bucket}` };
}
