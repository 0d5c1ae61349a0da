import { AwsError } from '../../core/aws-error.ts';
import type { Store } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { checkDraft, sizeOf, type Draft, type Message } from './message.ts';
import type { QueueSettings } from './queue-settings.ts';
import { readReceipt, type Receipt } from './receipt.ts';
import { noTraffic, oldestSince, type Traffic } from './traffic.ts';
import { createWaiters } from './waiters.ts';

export type Queue = ReturnType<typeof openQueue>;

export type ReceiveOptions = {
  max: number;
  /** How long to wait for a first message. */
  waitMs: number;
  /** Seconds; instead of the queue's. */
  visibilityTimeout?: number | undefined;
  /** Ends the wait early, with nothing received. */
  signal?: AbortSignal | undefined;
};

const longestVisibility = 43_200;

/**
 * The messages of one standard queue. They are received in the order in which they were sent or became invisible last, so that one
 * which always fails does not stand in the way of the others.
 */
export function openQueue(options: {
  arn: string;
  settings: () => QueueSettings;
  messages: Store<Message>;
  context: Pick<ServiceContext, 'clock' | 'random' | 'observe' | 'stopping'>;
  /** Takes a message that was received too often; false: there is nowhere to put it, and it stays. */
  deadLetter: (message: Message) => boolean;
  inFlightLimit?: number;
}) {
  const { arn, settings, messages: store, deadLetter, inFlightLimit = 120_000 } = options;
  const { clock, random, observe, stopping } = options.context;
  let closed = false;
  const messages = new Map([...store.entries()].map(([id, message]) => [id, message]));
  const waiters = createWaiters(clock, stopping);
  // No message was sent before this moment: spares the search for expired ones.
  let oldest = earliest(messages.values(), ({ sentAt }) => sentAt);

  const now = (): number => clock.now().getTime();
  const traffic = noTraffic(now());

  function use(): void {
    traffic.usedAt = now();
  }

  function count(what: Exclude<keyof Traffic, 'usedAt'>, times = 1): void {
    traffic[what] += times;
    use();
  }

  /** Puts the message at the end. */
  function put(message: Message): void {
    messages.delete(message.id);
    messages.set(message.id, message);
    store.set(message.id, message);
    oldest = Math.min(oldest, message.sentAt);
  }

  function remove(id: string): void {
    messages.delete(id);
    store.delete(id);
  }

  /** Retention is a wait, so that the clock's factor shortens it. */
  function expire(): void {
    const limit = now() - (settings().MessageRetentionPeriod * 1000) / clock.factor;
    if (oldest >= limit) return;
    for (const { id, sentAt } of [...messages.values()]) {
      if (sentAt >= limit) continue;
      remove(id);
      observe({
        type: 'event-dropped',
        from: arn,
        to: arn,
        reason: `message ${id} was older than the queue's retention`,
      });
    }
    oldest = earliest(messages.values(), ({ sentAt }) => sentAt);
  }

  function isInFlight(message: Message): boolean {
    return message.receipt !== undefined && message.visibleAt > now();
  }

  function counts(): { visible: number; inFlight: number; delayed: number } {
    expire();
    const all = [...messages.values()];
    const hidden = all.filter(({ visibleAt }) => visibleAt > now());
    const inFlight = hidden.filter(isInFlight).length;
    return { visible: all.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Up to `max` that may be received now; those received too often already go to the dead-letter queue instead. */
  function due(max: number): Message[] {
    expire();
    const maxReceiveCount = settings().RedrivePolicy?.maxReceiveCount ?? Infinity;
    const found: Message[] = [];
    for (const message of messages.values()) {
      if (found.length === max) break;
      if (message.visibleAt > now()) continue;
      if (message.receiveCount >= maxReceiveCount && deadLetter(message)) remove(message.id);
      else found.push(message);
    }
    return found;
  }

  function take(max: number, visibilityTimeout: number): Message[] {
    const at = now();
    return due(max).map((message) => {
      const received: Message = {
        ...message,
        receiveCount: message.receiveCount + 1,
        firstReceivedAt: message.firstReceivedAt ?? at,
        visibleAt: at + visibilityTimeout * 1000,
        receipt: { id: random.hex(32), at },
      };
      put(received);
      return received;
    });
  }

  /** The message that a receipt belongs to, if it is still the latest receipt of a message that is still here. */
  function held(handle: string): Message | undefined {
    const { messageId, receiptId }: Receipt = readReceipt(handle);
    const message = messages.get(messageId);
    return message?.receipt?.id === receiptId ? message : undefined;
  }

  return {
    arn,
    counts,
    /** Whoever asks anything of a queue keeps it active, so that it is measured. */
    use,
    traffic: (): Traffic & { oldestSince: number | undefined } => ({
      ...traffic,
      oldestSince: oldestSince(messages.values()),
    }),

    /** Throws AwsError for a message that SQS does not take. */
    send: (draft: Draft): Message => {
      checkDraft(draft);
      const { MaximumMessageSize, DelaySeconds } = settings();
      if (sizeOf(draft) > MaximumMessageSize) {
        throw new AwsError(
          'InvalidParameterValue',
          `One or more parameters are invalid. Reason: Message must be shorter than ${MaximumMessageSize} bytes.`,
        );
      }
      const sentAt = now();
      const { delaySeconds = DelaySeconds, ...content } = draft;
      const message: Message = {
        ...content,
        id: random.uuid(),
        sentAt,
        // A delay is a wait: the clock's factor shortens it.
        visibleAt: sentAt + (delaySeconds * 1000) / clock.factor,
        receiveCount: 0,
      };
      put(message);
      count('sent');
      waiters.wake();
      return message;
    },

    /** Takes over a message from another queue: same id, same age, same count. */
    adopt: (message: Message, from: string | undefined): void => {
      const adopted = { ...message, visibleAt: now() };
      delete adopted.receipt;
      if (from !== undefined) adopted.deadLetteredFrom = from;
      adopted.deadLetteredAt = now();
      put(adopted);
      waiters.wake();
    },

    /** Throws AwsError OverLimit where too many are in flight and the caller does not wait, as on AWS. */
    receive: async ({ max, waitMs, visibilityTimeout, signal }: ReceiveOptions): Promise<Message[]> => {
      const deadline = now() + waitMs;
      for (;;) {
        if (signal?.aborted || closed) return [];
        const room = inFlightLimit - (messages.size < inFlightLimit ? 0 : counts().inFlight);
        if (room <= 0 && waitMs === 0) {
          throw new AwsError('OverLimit', `Too many messages are in flight in ${arn}: ${inFlightLimit}.`, 403);
        }
        const taken = take(Math.min(max, room), visibilityTimeout ?? settings().VisibilityTimeout);
        if (taken.length > 0 || now() >= deadline || stopping.aborted) {
          count(taken.length > 0 ? 'received' : 'emptyReceives', Math.max(taken.length, 1));
          return taken;
        }
        const next = earliest(messages.values(), ({ visibleAt }) => (visibleAt > now() ? visibleAt : Infinity));
        await waiters.wait(Math.max(Math.min(next, deadline) - now(), 1), signal);
      }
    },

    /** Idempotent; a receipt that is no longer the latest deletes nothing, as on AWS. Throws AwsError ReceiptHandleIsInvalid. */
    delete: (handle: string): void => {
      const message = held(handle);
      if (message === undefined) return;
      remove(message.id);
      count('deleted');
    },

    /** `seconds` from now, on real time: the message is in work. Throws AwsError for a message that is not in flight by this receipt. */
    changeVisibility: (handle: string, seconds: number): void => {
      const message = held(handle);
      if (message?.receipt === undefined) {
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
        );
      }
      if (!isInFlight(message)) throw new AwsError('MessageNotInflight', `The message ${message.id} is not in flight.`);
      if (now() + seconds * 1000 > message.receipt.at + longestVisibility * 1000) {
        throw new AwsError(
          'InvalidParameterValue',
          `Total VisibilityTimeout for the message is beyond the limit [${longestVisibility} seconds].`,
        );
      }
      put({ ...message, visibleAt: now() + seconds * 1000 });
      waiters.wake();
    },

    /** Nobody works on the message any more: what is left of its invisibility is a wait, which the clock's factor shortens. */
    release: (handle: string): void => {
      const message = held(handle);
      if (message === undefined || !isInFlight(message) || clock.factor === 1) return;
      put({ ...message, visibleAt: now() + (message.visibleAt - now()) / clock.factor });
      waiters.wake();
    },

    /** Takes out one message that could be received, for a move task. */
    takeOut: (): Message | undefined => {
      expire();
      const message = [...messages.values()].find(({ visibleAt }) => visibleAt <= now());
      if (message !== undefined) remove(message.id);
      return message;
    },

    purge: (): void => {
      for (const id of [...messages.keys()]) remove(id);
    },

    /** The queue is deleted: its messages are gone, and whoever waits for one need not wait any longer. */
    close: (): void => {
      closed = true;
      store.discard();
      waiters.wake();
    },
  };
}

/** In a loop, since a queue may hold more messages than a call takes arguments. */
function earliest(messages: Iterable<Message>, timeOf: (message: Message) => number): number {
  let first = Infinity;
  for (const message of messages) first = Math.min(first, timeOf(message));
  return first;
}
