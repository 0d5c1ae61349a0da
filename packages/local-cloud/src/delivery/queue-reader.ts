import type { MessageAttribute } from '../core/delivery.ts';

/** A message as a poller receives it. */
export type ReceivedMessage = {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** System attributes: ApproximateReceiveCount, SentTimestamp, AWSTraceHeader, … */
  attributes: Record<string, string>;
  messageAttributes: Record<string, MessageAttribute>;
};

/** What an event source mapping asks of the queue service. Queues are named by ARN. */
export type QueueReader = {
  /** Long-polls up to `waitMs`; messages stay invisible for the queue's visibility timeout. Ends early when the signal aborts. */
  receive: (
    queueArn: string,
    options: { max: number; waitMs: number; signal: AbortSignal },
  ) => Promise<ReceivedMessage[]>;
  delete: (queueArn: string, receiptHandle: string) => Promise<void>;
  /** Makes a message visible again after `seconds` (0: at once). */
  changeVisibility: (queueArn: string, receiptHandle: string, seconds: number) => Promise<void>;
  /**
   * Says that nobody works on the message any more (the invocation failed, or reported it as failed): it stays invisible until its
   * visibility timeout ends, as on AWS, but from now on that is waiting, not work, so the clock factor shortens what is left of it.
   */
  release: (queueArn: string, receiptHandle: string) => Promise<void>;
};
