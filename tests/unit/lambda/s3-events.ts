/** As S3 writes it: form-encoded, with `+` for a space. */
export function encodedAsS3(key: string): string {
  return new URLSearchParams({ key }).toString().slice('key='.length);
}

/** One record of an S3 event. */
export function s3Record(key: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    eventTime: '2026-05-01T12:30:00.000Z',
    s3: { bucket: { name: 'uploads' }, object: { key: encodedAsS3(key) } },
    ...changes,
  };
}

export const s3Event = (...records: unknown[]) => ({ Records: records });
export const ofKeys = (...keys: string[]) => s3Event(...keys.map((key) => s3Record(key)));

/** As Lambda gets it from SNS. */
export const snsEvent = (...messages: unknown[]) => ({
  Records: messages.map((message) => ({
    EventSource: 'aws:sns',
    Sns: { Type: 'Notification', Message: text(message) },
  })),
});

/** As SQS gets it from SNS without raw delivery. */
export const notification = (message: unknown) => ({ Type: 'Notification', TopicArn: 'arn', Message: text(message) });

/** As Lambda gets it from SQS: the n-th message has the id `m<n>`. */
export const sqsEvent = (...bodies: unknown[]) => ({
  Records: bodies.map((body, n) => ({ messageId: `m${n}`, eventSource: 'aws:sqs', body: text(body) })),
});

export const testEvent = { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'uploads' };

const text = (content: unknown) => (typeof content === 'string' ? content : JSON.stringify(content));
