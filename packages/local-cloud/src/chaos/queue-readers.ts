import type { QueueReader } from '../delivery/queue-reader.ts';
import { someDelay, type Acting } from './act.ts';

/** Pollers receive a message twice: it becomes visible while it is still in work. */
export function chaoticQueues(acting: Acting, queues: QueueReader): QueueReader {
  const random = acting.random.branch('queues');
  return {
    ...queues,
    receive: async (queueArn, options) => {
      const messages = await queues.receive(queueArn, options);
      for (const { receiptHandle } of messages) {
        if (!acting.strikes(random)) continue;
        const { ms, over } = someDelay(acting, random);
        void over
          .then(async () => {
            await queues.changeVisibility(queueArn, receiptHandle, 0);
            acting.tell({ act: 'message-repeated', where: queueArn, ms });
          })
          .catch(() => undefined); // It has been worked on, and deleted.
      }
      return messages;
    },
  };
}
