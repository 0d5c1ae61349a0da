import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../../src/testing/eventually.ts';
import { createS3 } from '../../src/services/s3/s3.ts';
import type { S3 } from '../../src/services/s3/api/types.ts';
import { code, testCloud, type TestCloud } from './support/cloud.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:hears';

let cloud: TestCloud | undefined;
afterEach(() => cloud?.end());

/** A bucket service beside the functions, wired as the cloud wires them. */
function start(): { cloud: TestCloud; s3: S3 } {
  const started = testCloud();
  cloud = started;
  started.create('hears', code(`async ({ Records: [{ s3 }] }) => console.log('heard of ' + s3.object.key)`));
  const context = { ...started.context, deliver: started.lambda.acceptDelivery };
  return {
    cloud: started,
    s3: createS3(context, { checkFunction: (delivery) => void started.lambda.checkDelivery(delivery) }),
  };
}

const permission = (functionName: string) => ({
  functionName,
  statementId: 'bucket',
  action: 'lambda:InvokeFunction',
  principal: 's3.amazonaws.com',
  sourceArn: 'arn:aws:s3:::uploads',
});
const notifications = [
  { id: 'all', destination: 'function' as const, arn: ARN, events: ['s3:ObjectCreated:*'], prefix: '', suffix: '' },
];

test('a bucket may notify a function that lets it in: the function runs for the upload, and not for the configuration', async () => {
  const { cloud: running, s3 } = start();
  running.lambda.permissions.add(permission('hears'));
  await s3.createBucket('uploads', { notifications });
  expect(running.lambda.queuedEvents()).toBe(0);
  s3.objects.put(
    {
      bucket: 'uploads',
      key: 'a b.txt',
      size: 0,
      eTag: 'e',
      parts: [],
      multipart: false,
      checksum: { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' },
      content: {},
      metadata: {},
      tags: {},
    },
    'ObjectCreated:Put',
    {},
    { requestId: '', hostId: '', principalId: '', sourceIpAddress: '' },
  );
  await eventually('the function hears of it', () => running.logs.some((line) => line.includes('heard of a+b.txt')));
});

test('a function that does not let the bucket in, or is not there, cannot be configured', async () => {
  const { cloud: running, s3 } = start();
  const refused = { code: 'InvalidArgument', message: expect.stringContaining('Unable to validate') };
  await expect(s3.createBucket('uploads', { notifications })).rejects.toMatchObject(refused);
  running.lambda.permissions.add({ ...permission('hears'), sourceArn: 'arn:aws:s3:::another' });
  await expect(s3.createBucket('uploads', { notifications })).rejects.toMatchObject(refused);
  const absent = notifications.map((one) => ({ ...one, arn: `${ARN}-not` }));
  await expect(s3.createBucket('uploads', { notifications: absent })).rejects.toMatchObject(refused);
});
