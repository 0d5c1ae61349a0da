import { createHash } from 'node:crypto';
import { GetItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type _Object as S3Object,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { eventually } from 'local-cloud/testing';
import type { Stage } from './stage.ts';

export const recipeNames = ['thumbnails', 'renditions'] as const;
export type RecipeName = (typeof recipeNames)[number];

export type Item = {
  imageId: string;
  recipe: RecipeName;
  status: string;
  bucket: string;
  key: string;
  revision: number;
  eTag?: string;
  versionId?: string;
  reason?: string;
  lastError?: string;
  format?: string;
  width?: number;
  height?: number;
  size?: number;
  placeholder?: string;
  dominantColour?: string;
  exif?: Record<string, unknown>;
  expiresAt?: number;
  outputs: { key: string; width: number; height: number; format: string; bytes: number }[];
};

export type Original = { key: string; eTag: string; versionId: string | undefined };

export async function put(stage: Stage, key: string, body: Uint8Array): Promise<Original> {
  const { ETag: eTag = '', VersionId: versionId } = await stage.s3.send(
    new PutObjectCommand({ Bucket: stage.output('UploadsBucketName'), Key: key, Body: body }),
  );
  return { key, eTag, versionId };
}

export async function remove(stage: Stage, key: string): Promise<void> {
  await stage.s3.send(new DeleteObjectCommand({ Bucket: stage.output('UploadsBucketName'), Key: key }));
}

export function imageId(stage: Stage, key: string): string {
  return createHash('sha256')
    .update(`${stage.output('UploadsBucketName')}/${key}`)
    .digest('hex');
}

export async function item(stage: Stage, key: string, recipe: RecipeName): Promise<Item | undefined> {
  const { Item: found } = await stage.dynamoDb.send(
    new GetItemCommand({
      TableName: stage.output('ImagesTableName'),
      Key: { imageId: { S: imageId(stage, key) }, recipe: { S: recipe } },
      ConsistentRead: true,
    }),
  );
  return found && asItem(found);
}

/** s. Other tests, and all that their clouds run, may be using the machine. */
const PATIENCE = 240;

/** Waits until the item of this recipe speaks of this very upload and has an outcome. */
export function outcome(stage: Stage, original: Original, recipe: RecipeName, seconds = PATIENCE): Promise<Item> {
  return eventually(
    `the ${recipe} of ${JSON.stringify(original.key)}`,
    async () => {
      const found = await item(stage, original.key, recipe);
      return (
        found !== undefined &&
        found.versionId === original.versionId &&
        ['ready', 'rejected'].includes(found.status) &&
        found
      );
    },
    seconds,
  );
}

export async function outcomes(stage: Stage, original: Original): Promise<Record<RecipeName, Item>> {
  const [thumbnails, renditions] = await Promise.all([
    outcome(stage, original, 'thumbnails'),
    outcome(stage, original, 'renditions'),
  ]);
  return { thumbnails, renditions };
}

export async function download(stage: Stage, key: string): Promise<Buffer> {
  const { Body: body } = await stage.s3.send(
    new GetObjectCommand({ Bucket: stage.output('ThumbnailsBucketName'), Key: key }),
  );
  return Buffer.from((await body?.transformToByteArray()) ?? []);
}

export async function listAll(stage: Stage, bucket: string, prefix = ''): Promise<S3Object[]> {
  const objects: S3Object[] = [];
  let token: string | undefined;
  do {
    const page = await stage.s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    objects.push(...(page.Contents ?? []));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return objects;
}

/** The keys of all objects in ThumbnailsBucket that were made for these originals. */
export async function outputKeys(stage: Stage, originals: readonly { key: string }[]): Promise<string[]> {
  const prefixes = originals.flatMap(({ key }) => recipeNames.map((recipe) => `${recipe}/${imageId(stage, key)}/`));
  const pages = await Promise.all(
    prefixes.map((prefix) => listAll(stage, stage.output('ThumbnailsBucketName'), prefix)),
  );
  return pages.flat().map(({ Key }) => Key ?? '');
}

export async function allItems(stage: Stage): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await stage.dynamoDb.send(
      new ScanCommand({
        TableName: stage.output('ImagesTableName'),
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []).map(asItem));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** Messages that wait in one of the stack's queues, seen or unseen. */
export async function messagesIn(stage: Stage, output: string): Promise<number> {
  const { Attributes: attributes = {} } = await stage.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: stage.output(output),
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(attributes).reduce((sum, count) => sum + Number(count), 0);
}

/** Nothing waits, nothing is in work. (Dead letters are another matter.) */
export async function queueIsEmpty(stage: Stage): Promise<void> {
  const isEmpty = async (): Promise<boolean> => (await messagesIn(stage, 'RenditionsQueueUrl')) === 0;
  await eventually('RenditionsQueue to be empty', isEmpty, PATIENCE);
}

/** Exactly the outputs that the two records name exist: none missing, none left over. */
export async function unreferencedOutputs(stage: Stage, originals: readonly { key: string }[]): Promise<string[]> {
  const live = new Set<string>();
  for (const { key } of originals) {
    for (const recipe of recipeNames)
      for (const { key: output } of (await item(stage, key, recipe))?.outputs ?? []) live.add(output);
  }
  const existing = await outputKeys(stage, originals);
  const missing = [...live].filter((key) => !existing.includes(key));
  if (missing.length > 0) throw new Error(`These outputs are named by records and do not exist: ${missing.join(', ')}`);
  return existing.filter((key) => !live.has(key));
}

function asItem(item: Record<string, AttributeValue>): Item {
  return { outputs: [], ...unmarshall(item) } as unknown as Item;
}
