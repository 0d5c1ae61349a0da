import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PublishCommand } from '@aws-sdk/client-sns';
import type { Original } from './images.ts';
import type { Stage } from './stage.ts';

/** Says on UploadsTopic what S3 said when this original was put. */
export async function announce(stage: Stage, { key, eTag, versionId }: Original): Promise<void> {
  const event = {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: new Date().toISOString(),
        eventName: 'ObjectCreated:Put',
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: stage.output('UploadsBucketName') },
          object: {
            key: encodeURIComponent(key).replaceAll('%20', '+'),
            eTag: eTag.replaceAll('"', ''),
            versionId,
            sequencer: '00',
          },
        },
      },
    ],
  };
  await stage.sns.send(
    new PublishCommand({
      TopicArn: stage.output('UploadsTopicArn'),
      Subject: 'Amazon S3 Notification',
      Message: JSON.stringify(event),
    }),
  );
}

/** Runs reconcile-images once, on images as young as they are, and returns what it reports. Throws with the function's error where it fails. */
export async function reconcile(stage: Stage): Promise<unknown> {
  const { Payload: payload, FunctionError: failed } = await stage.lambda.send(
    new InvokeCommand({
      FunctionName: await stage.physicalId('ReconcileImagesFunction'),
      Qualifier: 'live',
      Payload: JSON.stringify({ graceMinutes: 0, pass: 'full', confirmDeletions: true }),
    }),
  );
  const text = payload?.transformToString() ?? '';
  if (failed !== undefined) throw new Error(`reconcile-images failed (${failed}): ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
