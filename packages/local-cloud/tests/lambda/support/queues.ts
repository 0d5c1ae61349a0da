import type { QueueReader, ReceivedMessage } from '../../../src/delivery/queue-reader.ts';

/** Queues in memory, as small as a poller needs them: what is received stays out of sight until it is released or deleted. */
export function fakeQueues() {
  const visible: ReceivedMessage[] = [];
  const hidden = new Map<string, ReceivedMessage>();
  const deleted: string[] = [];
  const released: string[] = [];
  let wake: () => void = () => undefined;
  let count = 0;

  const reader: QueueReader = {
    receive: async (_arn, { max, waitMs, signal }) => {
      if (visible.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          const done = (): void => {
            clearTimeout(timer);
            resolve();
          };
          wake = done;
          signal.addEventListener('abort', done, { once: true });
        });
      }
      if (signal.aborted) return [];
      const taken = visible.splice(0, max);
      for (const message of taken) hidden.set(message.receiptHandle, message);
      return taken;
    },
    delete: async (_arn, handle) => {
      const message = hidden.get(handle);
      hidden.delete(handle);
      if (message !== undefined) deleted.push(message.messageId);
    },
    changeVisibility: async () => undefined,
    release: async (_arn, handle) => {
      const message = hidden.get(handle);
      if (message !== undefined) released.push(message.messageId);
    },
  };

  return {
    reader,
    /** Ids of messages. */
    deleted,
    released,
    send: (...bodies: string[]): string[] => {
      const ids = bodies.map((body) => {
        const messageId = `message-${String((count += 1))}`;
        visible.push({
          messageId,
          receiptHandle: `receipt-${messageId}`,
          body,
          md5OfBody: 'md5',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {},
        });
        return messageId;
      });
      wake();
      return ids;
    },
  };
}
