import type { Image } from '../shared/images/image.ts';
import type { RecipeName } from '../shared/images/recipe.ts';

/** An object that has just been put: what S3 says of it in its event. */
export type Uploaded = Image & { eTag: string; size: number };

/**
 * What the function of a recipe is invoked with when an object is uploaded, as S3, SNS and SQS make it: thumbnails by SNS,
 * renditions as a batch of SQS, into which SNS delivers raw.
 */
export function uploadEvent(recipe: RecipeName, uploaded: Uploaded, at: Date): unknown {
  const message = JSON.stringify({ Records: [s3Record(uploaded, at)] });
  return { Records: [recipe === 'thumbnails' ? snsRecord(message, at) : sqsRecord(message, at)] };
}

function s3Record({ bucket, key, eTag, size }: Uploaded, at: Date): unknown {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'us-east-1',
    eventTime: at.toISOString(),
    eventName: 'ObjectCreated:Put',
    s3: {
      s3SchemaVersion: '1.0',
      // Where S3 names the rule of the bucket's notification configuration.
      configurationId: 'verify-before-traffic',
      bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: {
        // Form-encoded, as S3 has it.
        key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        size,
        eTag: eTag.replaceAll('"', ''),
        sequencer: at.getTime().toString(16).toUpperCase().padStart(18, '0'),
      },
    },
  };
}

const topic = 'arn:aws:sns:us-east-1:000000000000:verify-before-traffic';

function snsRecord(message: string, at: Date): unknown {
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: `${topic}:00000000-0000-0000-0000-000000000000`,
    Sns: {
      Type: 'Notification',
      MessageId: '00000000-0000-0000-0000-000000000000',
      TopicArn: topic,
      Subject: 'Amazon S3 Notification',
      Message: message,
      Timestamp: at.toISOString(),
      MessageAttributes: {},
    },
  };
}

function sqsRecord(body: string, at: Date): unknown {
  return {
    messageId: '00000000-0000-0000-0000-000000000000',
    receiptHandle: 'verify-before-traffic',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(at.getTime()),
      SenderId: 'verify-before-traffic',
      ApproximateFirstReceiveTimestamp: String(at.getTime()),
    },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:verify-before-traffic',
    awsRegion: 'us-east-1',
  };
}
