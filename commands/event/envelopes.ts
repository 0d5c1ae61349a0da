import { createHash, randomUUID } from 'node:crypto';

/** How a topic reaches a subscriber. */
export type Subscription = { topicArn: string; subscriptionArn: string };

/** A queue that a function is fed from. */
export type Source = { queueArn: string; attributes?: Readonly<Record<string, string>> };

// AWS signs with its own certificate, so we cannot create a valid signature.
const signature = {
  SignatureVersion: '1',
  Signature: Buffer.from('npm run event does not sign notifications.').toString('base64'),
};
const SUBJECT = 'Amazon S3 Notification';

/** The event that SNS invokes a function with: one record. */
export function snsEvent(message: string, { topicArn, subscriptionArn }: Subscription): object {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: randomUUID(),
          TopicArn: topicArn,
          Subject: SUBJECT,
          Message: message,
          Timestamp: new Date().toISOString(),
          ...signature,
          SigningCertUrl: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-example.pem',
          UnsubscribeUrl: `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
          MessageAttributes: {},
        },
      },
    ],
  };
}

/** The text that SNS sends to a queue without raw delivery, laid out as SNS lays it out. */
export function snsMessage(message: string, { topicArn, subscriptionArn }: Subscription): string {
  return JSON.stringify(
    {
      Type: 'Notification',
      MessageId: randomUUID(),
      TopicArn: topicArn,
      Subject: SUBJECT,
      Message: message,
      Timestamp: new Date().toISOString(),
      ...signature,
      SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-example.pem',
      UnsubscribeURL: `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
    },
    undefined,
    2,
  );
}

/** The event that Lambda makes of a batch of messages. */
export function sqsEvent(bodies: readonly string[], { queueArn, attributes = {} }: Source, region: string): object {
  return {
    Records: bodies.map((body) => ({
      messageId: randomUUID(),
      receiptHandle: randomUUID(), // Lambda deletes messages itself; a function only has them to look at
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(Date.now()),
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: String(Date.now()),
        ...attributes,
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

/** The record that Lambda sends to a function's failure queue after the last retry of an asynchronous event. */
export function failureRecord(event: object, functionArn: string): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '1', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'made by npm run event', trace: [] },
  });
}
