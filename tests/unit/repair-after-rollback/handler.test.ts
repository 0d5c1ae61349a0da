import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { changedImages } from '../../../functions/shared/lambda/changed-images.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { records } from '../../../functions/shared/stores/records.ts';
import { bundledFunction } from '../generate-thumbnails/bundled-function.ts';
import { smallTable } from '../stores/small-table.ts';
import { smallAws } from './small-aws.ts';

let table: Awaited<ReturnType<typeof smallTable>>;
let aws: Awaited<ReturnType<typeof smallAws>>;
let lambda: Awaited<ReturnType<typeof bundledFunction>>;

const lambdaTarget = {
  lambdaFunctionInfo: {
    functionName: 'thumbnails-function',
    functionAlias: 'live',
    currentVersion: '7',
    targetVersion: '8',
  },
  lifecycleEvents: [{ lifecycleEventName: 'AllowTraffic', status: 'Failed' }],
};

beforeAll(async () => {
  const createTime = Date.parse('2026-05-01T12:00:00Z') / 1_000;
  [table, aws] = await Promise.all([
    smallTable(),
    smallAws({
      GetDeployment: {
        deploymentInfo: { applicationName: 'a', deploymentGroupName: 'g', createTime, status: 'Stopped' },
      },
      ListDeploymentGroups: { deploymentGroups: ['g'] },
      ListDeployments: { deployments: ['d-EXAMPLE33'] },
      ListDeploymentTargets: { targetIds: ['thumbnails-function:live'] },
      BatchGetDeploymentTargets: { deploymentTargets: [{ lambdaTarget }] },
      '/2015-03-31/functions/thumbnails-function/aliases/live': { FunctionVersion: '7' },
    }),
  ]);
  lambda = await bundledFunction('repair-after-rollback', {
    UPLOADS_BUCKET_NAME: 'uploads',
    IMAGES_TABLE_NAME: 'images',
    UPLOADS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:uploads',
    GENERATE_THUMBNAILS_FUNCTION_NAME: 'thumbnails-function',
    GENERATE_RENDITIONS_FUNCTION_NAME: 'renditions-function',
    DEPLOYMENT_APPLICATION_NAME: 'a',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  });
});

afterAll(async () => {
  await lambda.end();
  await Promise.all([table.end(), aws.end()]);
});

test('the bundled function marks records stale, republishes images, logs and counts them, and asks for another invocation if time is short', async () => {
  const event: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../events/repair-after-rollback/deployment-stopped.json'), 'utf8'),
  );
  const image = { bucket: 'uploads', key: 'users/ann/a b.jpg' };
  const { readRecord, writeRecord } = records(table.dynamo, 'images');
  await writeRecord(
    {
      ...{
        imageId: imageId(image),
        recipe: 'thumbnails',
        recipeVersion: 1,
        revision: 1,
        status: 'ready',
        owner: 'ann',
      },
      ...{ ...image, processedAt: '2026-05-01T12:10:00.000Z', processedBy: '8', outputs: [] },
    },
    0,
    [],
  );

  // Not enough for the pass that begins five seconds later.
  const { error } = await lambda.invoke(event, { remainingMs: 24_000 });

  expect(error).toMatchObject({ name: 'TransientError', message: expect.stringContaining('d-EXAMPLE11') });
  expect(await readRecord(imageId(image), 'thumbnails')).toMatchObject({ recipeVersion: 0, revision: 2 });
  expect(aws.published.flatMap((message) => changedImages(message))).toMatchObject([image]);
  expect(lambda.lines()).toEqual([
    expect.objectContaining({ message: 'announced again', key: image.key, processedBy: '8' }),
    expect.objectContaining({ message: 'repair: out of time', found: 1, marked: 1, announced: 1, version: '8' }),
    expect.objectContaining({ Found: 1, MarkedStale: 1, Announced: 1 }),
  ]);
});

test('once the whole stack is rolled back, it repairs after deployments that had succeeded and are live no more', async () => {
  const event: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../events/repair-after-rollback/stack-rolled-back.json'), 'utf8'),
  );
  // Not enough for the pass that begins five seconds later.
  const { error } = await lambda.invoke(event, { remainingMs: 24_000 });
  expect(error).toMatchObject({ name: 'TransientError', message: expect.stringContaining('d-EXAMPLE33') });
  expect(lambda.lines()).toContainEqual(
    expect.objectContaining({ message: 'repair: out of time', deploymentId: 'd-EXAMPLE33', version: '8' }),
  );
});

test('an event of another kind is refused', async () => {
  const { error } = await lambda.invoke({ hello: 'world' });
  expect(error).toMatchObject({ name: 'InvalidEventError' });
});

test('the bundle is no larger than 650 KB', () => {
  expect(lambda.bytes).toBeLessThanOrEqual(650_000);
});
