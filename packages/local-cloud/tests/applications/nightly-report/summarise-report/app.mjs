import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

const s3 = new S3Client({});
const events = new EventBridgeClient({});

export const handler = async ({ Records: records }) => {
  for (const { s3: notification } of records) {
    const bucket = notification.bucket.name;
    const key = decodeURIComponent(notification.object.key.replaceAll('+', ' '));
    const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const [, ...rows] = (await body.transformToString()).trim().split('\n');
    const total = rows.reduce((sum, row) => sum + Number(row.split(',')[1]), 0);
    const summary = key.replace('reports/', 'summaries/').replace('.csv', '.json');
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: summary, Body: JSON.stringify({ total }) }));
    const detail = JSON.stringify({ key, total });
    const { FailedEntryCount: failed } = await events.send(
      new PutEventsCommand({ Entries: [{ Source: 'reports', DetailType: 'report.summarised', Detail: detail }] }),
    );
    if (failed > 0) throw new Error(`The summary of ${key} could not be announced.`);
  }
};
