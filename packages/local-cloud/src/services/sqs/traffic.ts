import type { Message } from './message.ts';

/** What was done with a queue since the cloud began, as it is measured. */
export type Traffic = {
  /** By senders: what another queue gave up on is not counted. */
  sent: number;
  received: number;
  deleted: number;
  /** Receives that gave nothing. */
  emptyReceives: number;
  /** When somebody last did something with it (milliseconds since 1970); at first, when it was opened. */
  usedAt: number;
};

export function noTraffic(now: number): Traffic {
  return { sent: 0, received: 0, deleted: 0, emptyReceives: 0, usedAt: now };
}

/** From its third receive on, a message that is never deleted does not make a queue look old. */
const POISON_AFTER = 3;

/**
 * Since when the oldest message waits (milliseconds since 1970): in a dead-letter queue since it came there. Undefined where none does.
 */
export function oldestSince(messages: Iterable<Message>): number | undefined {
  let oldest: number | undefined;
  for (const { sentAt, deadLetteredAt, receiveCount } of messages) {
    if (deadLetteredAt === undefined && receiveCount >= POISON_AFTER) continue;
    oldest = Math.min(oldest ?? Infinity, deadLetteredAt ?? sentAt);
  }
  return oldest;
}
