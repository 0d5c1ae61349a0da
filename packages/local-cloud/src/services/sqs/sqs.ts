import type { Delivery } from '../../core/delivery.ts';
import { authorizeDelivery, type Roles } from '../../permissions/deliveries.ts';
import type { QueueReader } from '../../delivery/queue-reader.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { sqsApi } from './api/api.ts';
import { fromWire, md5, toWire, type Message } from './message.ts';
import { createMoveTasks } from './move-tasks.ts';
import { nameOf, urlOf } from './queue-url.ts';
import { openQueues } from './queues.ts';
import { systemAttributes } from './received.ts';
import { writeReceipt } from './receipt.ts';

export type Sqs = ReturnType<typeof createSqs>;

/** The queue service: standard queues. `roles` decides about deliveries that come with a role. */
export function createSqs(context: ServiceContext, roles: Roles) {
  const queues = openQueues(context);
  const moveTasks = createMoveTasks(queues, context);

  /** Takes what another service delivers, if the queue's policy (or the delivery's role) lets it in. */
  async function acceptDelivery({ to, from, body, attributes = {}, traceHeader }: Delivery): Promise<void> {
    const queue = queues.byArn(to);
    const policy = queue.record().settings.Policy;
    authorizeDelivery(from, {
      action: 'sqs:SendMessage',
      resource: to,
      accountId: context.accountId,
      resourcePolicies: policy === undefined ? [] : [policy],
      roles,
    });
    queue.messages.send({
      body,
      attributes: toWire(attributes),
      senderId: from.roleArn ?? from.service,
      ...(traceHeader !== undefined && { traceHeader }),
    });
  }

  return {
    queues,
    moveTasks,
    acceptDelivery,
    queueReader: (): QueueReader => ({
      receive: async (queueArn, options) =>
        (await queues.byArn(queueArn).messages.receive({ ...options, max: Math.min(options.max, 10) })).map(received),
      delete: async (queueArn, handle) => queues.byArn(queueArn).messages.delete(handle),
      changeVisibility: async (queueArn, handle, seconds) =>
        queues.byArn(queueArn).messages.changeVisibility(handle, seconds),
      release: async (queueArn, handle) => queues.byArn(queueArn).messages.release(handle),
    }),
    /** A queue's URL as clients use it. */
    urlOf: (name: string): string => urlOf(context, name),
    /** Throws AwsError QueueDoesNotExist. */
    nameOf: (url: string): string => nameOf(context.accountId, url),
    api: sqsApi({ context, queues, moveTasks }),
  };
}

function received(message: Message): Awaited<ReturnType<QueueReader['receive']>>[number] {
  return {
    messageId: message.id,
    receiptHandle: writeReceipt({ messageId: message.id, receiptId: message.receipt?.id ?? '' }),
    body: message.body,
    md5OfBody: md5(message.body),
    attributes: systemAttributes(message),
    messageAttributes: fromWire(message.attributes),
  };
}
