import type { MessageAttribute } from '../../core/delivery.ts';

/** What was published, as one subscription gets it. */
export type Notification = {
  messageId: string;
  topicArn: string;
  subject?: string;
  message: string;
  publishedAt: Date;
  attributes: Readonly<Record<string, MessageAttribute>>;
  subscriptionArn: string;
  /** `http://127.0.0.1:4566` */
  endpoint: string;
  region: string;
};

// AWS signs by a certificate of its own, which nobody else can.
const signature = Buffer.from('The local cloud does not sign notifications.').toString('base64');

function fields({ region, endpoint, subscriptionArn }: Notification) {
  return {
    certificate: `https://sns.${region}.amazonaws.com/SimpleNotificationService-local.pem`,
    unsubscribe: `${endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
  };
}

function attributesOf({ attributes }: Notification): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      { Type: dataType, Value: stringValue ?? Buffer.from(binaryValue ?? []).toString('base64') },
    ]),
  );
}

/** The JSON that SNS sends to a queue (unless it delivers raw), laid out as SNS lays it out. */
export function envelope(notification: Notification): string {
  const { certificate, unsubscribe } = fields(notification);
  const { subject } = notification;
  const attributes = Object.entries(attributesOf(notification)).map(([name, value]) => [name, JSON.stringify(value)]);
  return block('', [
    ...texts({
      Type: 'Notification',
      MessageId: notification.messageId,
      TopicArn: notification.topicArn,
      ...(subject !== undefined && { Subject: subject }),
      Message: notification.message,
      Timestamp: notification.publishedAt.toISOString(),
      SignatureVersion: '1',
      Signature: signature,
      SigningCertURL: certificate,
      UnsubscribeURL: unsubscribe,
    }),
    ...(attributes.length > 0 ? [['MessageAttributes', block('  ', attributes)]] : []),
  ]);
}

function texts(members: Readonly<Record<string, string>>): string[][] {
  return Object.entries(members).map(([name, value]) => [name, JSON.stringify(value)]);
}

/** Of names and values that are JSON already. */
function block(indent: string, members: readonly (readonly string[])[]): string {
  const lines = members.map(([name, json]) => `${indent}  ${JSON.stringify(name)} : ${json ?? 'null'}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** The event that a function gets: one record an invocation. */
export function lambdaEvent(notification: Notification): string {
  const { certificate, unsubscribe } = fields(notification);
  return JSON.stringify({
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: notification.subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: notification.message,
          Timestamp: notification.publishedAt.toISOString(),
          SignatureVersion: '1',
          Signature: signature,
          SigningCertUrl: certificate,
          UnsubscribeUrl: unsubscribe,
          MessageAttributes: attributesOf(notification),
        },
      },
    ],
  });
}
