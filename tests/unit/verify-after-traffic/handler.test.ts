import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { bundledFunction } from '../generate-thumbnails/bundled-function.ts';
import { smallAws } from '../repair-after-rollback/small-aws.ts';

const file = join(import.meta.dirname, '../../../events/verify-after-traffic/after-allow-traffic.json');

test('the bundled function contains its picture, stays small, and rejects a release that it cannot read, once', async () => {
  const aws = await smallAws({});
  const lambda = await bundledFunction('verify-after-traffic', {
    UPLOADS_BUCKET_NAME: 'uploads',
    THUMBNAILS_BUCKET_NAME: 'thumbnails',
    IMAGES_TABLE_NAME: 'images',
    GENERATE_THUMBNAILS_FUNCTION_NAME: 'thumbnails-function',
    GENERATE_RENDITIONS_FUNCTION_NAME: 'renditions-function',
    RECONCILE_IMAGES_FUNCTION_NAME: 'reconcile-function',
    RENDITIONS_DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/000000000000/one',
    THUMBNAILS_FAILURE_QUEUE_URL: 'http://127.0.0.1:1/000000000000/two',
    AWS_ENDPOINT_URL: aws.endpoint,
  });
  const { result } = await lambda.invoke(JSON.parse(readFileSync(file, 'utf8')));
  await Promise.all([lambda.end(), aws.end()]);

  expect(lambda.bytes).toBeLessThanOrEqual(800_000);
  expect(result).toEqual({ failures: [expect.stringContaining('no such deployment')] });
  expect(aws.told).toEqual([expect.objectContaining({ status: 'Failed', deploymentId: expect.stringMatching(/^d-/) })]);
});
