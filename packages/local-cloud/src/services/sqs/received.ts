import { md5, md5OfAttributes, type Message, type WireAttributes } from './message.ts';
import { writeReceipt } from './receipt.ts';

/** What SQS itself says of a message that was received. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetteredFrom !== undefined && { DeadLetterQueueSourceArn: message.deadLetteredFrom }),
  };
}

/** A received message in the API's shape, with the attributes that were asked for and no others. */
export function describeReceived(
  message: Message,
  asked: { systemAttributes: readonly string[]; messageAttributes: readonly string[] },
): Record<string, unknown> {
  const system = pick(systemAttributes(message), (name) =>
    asked.systemAttributes.some((one) => one === 'All' || one === name),
  );
  const attributes: WireAttributes = pick(message.attributes, (name) =>
    asked.messageAttributes.some(
      (one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -'.*'.length))),
    ),
  );
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: writeReceipt({ messageId: message.id, receiptId: message.receipt?.id ?? '' }),
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  };
}

function pick<T>(object: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => wanted(name)));
}
