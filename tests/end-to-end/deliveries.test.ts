import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import sharp from 'sharp';
import { eventually } from 'local-cloud/testing';
import { startLocalCloud, type RunningCloud } from '../support/local-cloud.ts';
import { announce, reconcile } from './support/announce.ts';
import { imageId, item, outcomes, put, queueIsEmpty, unreferencedOutputs, type Original } from './support/images.ts';
import { openStage, stageUnderTest, type Stage } from './support/stage.ts';

jest.setTimeout(300_000);

let cloud: RunningCloud | undefined;
let stage: Stage;
beforeAll(async () => {
  // One of its own: reconcile-images without grace takes what other tests have in work for lost, and makes it anew under their hands.
  if (process.env.E2E_STAGE === undefined) cloud = await startLocalCloud({ clock: 60 });
  stage = cloud ? await openStage('serverless-thumbnails', cloud.endpoint) : await stageUnderTest();
});
afterAll(() => cloud?.stop());

async function picture(hue: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="500"><rect width="700" height="500" fill="hsl(${String(hue)},80%,50%)"/></svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

test('every message delivered five times, three at once: the same end state, one set of outputs, none orphaned', async () => {
  const originals: Original[] = [];
  for (let index = 0; index < 8; index++) {
    originals.push(await put(stage, `users/five/${String(index)}.jpg`, await picture(index * 40)));
  }
  await Promise.all(
    originals.map(async (original) => {
      await Promise.all([announce(stage, original), announce(stage, original)]);
      await outcomes(stage, original);
      await Promise.all([announce(stage, original), announce(stage, original)]);
    }),
  );
  await queueIsEmpty(stage);
  for (const original of originals) {
    for (const recipe of ['thumbnails', 'renditions'] as const) {
      expect(await item(stage, original.key, recipe)).toMatchObject({ status: 'ready', versionId: original.versionId });
    }
  }
  await eventually('one set of outputs', async () => (await unreferencedOutputs(stage, originals)).length === 0);
});

test('reconcile-images repairs a lost record and a lost output', async () => {
  const [noRecord, noOutput] = [
    await put(stage, 'users/lost/record.jpg', await picture(100)),
    await put(stage, 'users/lost/output.jpg', await picture(200)),
  ];
  await outcomes(stage, noRecord);
  const { thumbnails } = await outcomes(stage, noOutput);
  await stage.dynamoDb.send(
    new DeleteItemCommand({
      TableName: stage.output('ImagesTableName'),
      Key: { imageId: { S: imageId(stage, noRecord.key) }, recipe: { S: 'thumbnails' } },
    }),
  );
  const lost = thumbnails.outputs[1]?.key ?? '';
  await stage.s3.send(new DeleteObjectCommand({ Bucket: stage.output('ThumbnailsBucketName'), Key: lost }));

  await eventually('both to be whole again', async () => {
    await reconcile(stage);
    const made = await item(stage, noRecord.key, 'thumbnails');
    const remade = await item(stage, noOutput.key, 'thumbnails');
    if (made?.status !== 'ready' || remade?.status !== 'ready') return false;
    if (remade.outputs.some(({ key }) => key === lost)) return false;
    await unreferencedOutputs(stage, [noOutput]);
    return true;
  });
});
