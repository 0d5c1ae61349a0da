import { SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { changedImages } from '../../../functions/shared/lambda/changed-images.ts';
import { announcements } from '../../../functions/shared/stores/announcements.ts';
import { answering } from './answering.ts';

const topic = 'arn:aws:sns:eu-central-1:000000000000:uploads';
const at = new Date('2026-05-01T12:30:00Z');

function announcer() {
  const { client, sent } = answering({
    body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  });
  const message = () => new URLSearchParams(sent.at(-1)?.body).get('Message') ?? '';
  return { ...announcements(new SNSClient(client), topic, 'reconcile-images'), sent, message };
}

test('an image is announced in the shape of S3’s own events', async () => {
  const { announce, sent, message } = announcer();

  await announce({ bucket: 'uploads', key: 'users/ann/a+b c.jpg' }, 'created', at);

  const request = new URLSearchParams(sent[0]?.body);
  expect(request.get('TopicArn')).toBe(topic);
  expect(request.get('Subject')).toBe('Amazon S3 Notification');
  expect(JSON.parse(message())).toMatchObject({
    Records: [
      {
        ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'eu-central-1', eventName: 'ObjectCreated:Put' },
        eventTime: '2026-05-01T12:30:00.000Z',
        s3: {
          bucket: { name: 'uploads', arn: 'arn:aws:s3:::uploads' },
          configurationId: 'reconcile-images',
          object: { key: 'users/ann/a%2Bb+c.jpg' },
        },
      },
    ],
  });
});

test('an image that is gone is announced as removed', async () => {
  const { announce, message } = announcer();
  await announce({ bucket: 'uploads', key: 'a.jpg' }, 'removed', at);
  expect(message()).toContain('"ObjectRemoved:Delete"');
});

test('changedImages reads every key that is announced', async () => {
  const keys = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 200 })
    .filter((key) => Buffer.byteLength(key) <= 1_024);
  await fc.assert(
    fc.asyncProperty(keys, async (key) => {
      const { announce, message } = announcer();
      await announce({ bucket: 'uploads', key }, 'created', at);
      expect(changedImages(message())).toMatchObject([{ bucket: 'uploads', key }]);
    }),
    { numRuns: 300 },
  );
});
