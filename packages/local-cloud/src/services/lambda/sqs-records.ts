import type { MessageAttribute } from '../../core/delivery.ts';
import type { ReceivedMessage } from '../../delivery/queue-reader.ts';

/** One record of the event that Lambda makes of a batch from SQS. */
export type SqsRecord = {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, object>;
  md5OfBody: string;
  eventSource: 'aws:sqs';
  eventSourceARN: string;
  awsRegion: string;
};

export function sqsRecord(message: ReceivedMessage, queueArn: string, region: string): SqsRecord {
  const { messageId, receiptHandle, body, attributes, md5OfBody } = message;
  const messageAttributes = Object.fromEntries(
    Object.entries(message.messageAttributes).map(([name, attribute]) => [name, asRecord(attribute)]),
  );
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes,
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

function asRecord({ dataType, stringValue, binaryValue }: MessageAttribute): object {
  return {
    ...(stringValue !== undefined && { stringValue }),
    ...(binaryValue !== undefined && { binaryValue: Buffer.from(binaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType,
  };
}
