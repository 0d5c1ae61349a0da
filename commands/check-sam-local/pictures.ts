import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Check } from '../check-sam/tally.ts';
import { drawSample } from '../sample-picture.ts';
import { itemKey, readItem, type Item } from '../shared/image-items.ts';
import type { Target } from '../shared/target.ts';
import { runCommand } from './command.ts';

type Place = { target: Target; endpoint: string; folder: string; samLocal: readonly string[] };

/** Which chain of services leads to which function, and the function's result for an image. */
const paths = [
  { chain: 's3-sns', logicalId: 'GenerateThumbnailsFunction', recipe: 'thumbnails' },
  { chain: 's3-sns-sqs', logicalId: 'GenerateRenditionsFunction', recipe: 'renditions' },
] as const;

const WAIT_MS = 60_000;
/** Characters that S3's encoding of keys changes, or does not. */
const NAME = "a+b c&d=e%20 (1)~'ö'.jpg";

/**
 * The record of an image that the stack has processed is deleted. Then its event, as `npm run event` prints it, goes to the function in
 * the container, which must process the image again.
 */
export async function checkPictures(check: Check, { target, endpoint, folder, samLocal }: Place): Promise<void> {
  const dynamoDb = new DynamoDBClient(target.client);
  const table = target.output('ImagesTableName');
  const image = { bucket: target.output('UploadsBucketName'), key: `users/demo/${NAME}` };
  const file = join(folder, NAME);
  writeFileSync(file, await drawSample(18));
  for (const { chain, logicalId, recipe } of paths) {
    await check(`npm run event -- ${chain} FILE | npm run sam-local -- invoke ${logicalId} -e -`, async () => {
      const event = await runCommand('event', [chain, file, '--endpoint', endpoint]);
      await readyItem(() => readItem(dynamoDb, table, image, recipe));
      await dynamoDb.send(new DeleteItemCommand({ TableName: table, Key: itemKey(image, recipe) }));
      await runCommand('sam-local', [...samLocal, 'invoke', logicalId, '-e', '-'], event);
      const made = await readItem(dynamoDb, table, image, recipe);
      if (made?.status !== 'ready' || made.processedBy !== '$LATEST' || made.outputs.length === 0)
        throw new Error(`the container left this record: ${JSON.stringify(made)}`);
    });
  }
}

async function readyItem(read: () => Promise<Item | undefined>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const item = await read();
    if (item?.status === 'ready') return;
    if (Date.now() > deadline) throw new Error(`the stack has not processed the image: ${JSON.stringify(item)}`);
    await setTimeout(100);
  }
}
