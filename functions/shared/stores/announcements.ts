import { PublishCommand } from '@aws-sdk/client-sns';
import type { SNSClient } from '@aws-sdk/client-sns';

import type { Image } from '../images/image.ts';

/** UploadsTopic, to which S3 announces what happens to originals, and we what is to be looked at again; `announcer` signs. */
export function announcements(sns: SNSClient, topicArn: string, announcer: string) {
  /**
   * Announces an image as S3 itself would, so that whoever listens to S3 need not know of us. It says nothing of the object's
   * version and has no sequencer: it is a hint to look, not news.
   */
  async function announce({ bucket, key }: Image, happened: 'created' | 'removed', at: Date): Promise<void> {
    const record = {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: topicArn.split(':')[3] ?? '',
      eventTime: at.toISOString(),
      eventName: happened === 'created' ? 'ObjectCreated:Put' : 'ObjectRemoved:Delete',
      s3: {
        s3SchemaVersion: '1.0',
        // Where S3 names the rule of the bucket's notification configuration.
        configurationId: announcer,
        bucket: { name: bucket, arn: `arn:${topicArn.split(':')[1] ?? 'aws'}:s3:::${bucket}` },
        object: { key: formEncoded(key) },
      },
    };
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: 'Amazon S3 Notification',
        Message: JSON.stringify({ Records: [record] }),
      }),
    );
  }

  return { announce };
}

/** As S3 encodes keys in its events: like an HTML form, but slashes stay. */
function formEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}
