import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { bind } from '../../../functions/reconcile-images/bind.ts';
import { readOptions } from '../../../functions/reconcile-images/options.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { outputKey } from '../../../functions/shared/images/keys.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { toAttribute } from '../../../functions/shared/stores/attribute-values.ts';

const IMAGES = 2_000;
const LONG_AGO = '2026-01-01T00:00:00.000Z';
/** DynamoDB returns at most 1 MB: so many items of 1.1 KB. */
const ITEMS_OF_A_SCAN = 950;

const env = {
  UPLOADS_BUCKET_NAME: 'uploads',
  THUMBNAILS_BUCKET_NAME: 'thumbnails',
  VERIFICATION_BUCKET_NAME: 'verification',
  IMAGES_TABLE_NAME: 'images',
  UPLOADS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:uploads',
  GENERATE_THUMBNAILS_FUNCTION_NAME: 'thumbnails-function',
  GENERATE_RENDITIONS_FUNCTION_NAME: 'renditions-function',
  HEIC: 'on',
};

type Input = Readonly<Record<string, never>> & {
  Bucket?: string;
  StartAfter?: string;
  MaxKeys?: number;
  Key?: Readonly<Record<string, { S: string }>>;
  Item?: Readonly<Record<string, { S: string }>>;
  RequestItems?: { images: { Keys: { imageId: { S: string }; recipe: { S: string } }[] } };
  ExclusiveStartKey?: { imageId: { S: string }; recipe: { S: string } };
};

/** AWS with images that nobody has touched for long, as real clients of the SDK see it; it counts what it is asked. */
function createAws() {
  const buckets: Record<string, string[]> = { uploads: [], thumbnails: [] };
  const table = new Map<string, unknown>();
  for (let n = 0; n < IMAGES; n++) {
    const image = { bucket: 'uploads', key: `users/ann/${String(n).padStart(5, '0')}.jpg` };
    buckets['uploads']?.push(image.key);
    for (const { name: recipe, version, outputs } of Object.values(recipes)) {
      const id = imageId(image);
      const record: ImageRecord = {
        ...{ imageId: id, recipe, recipeVersion: version, revision: 1, status: 'ready', owner: 'ann', ...image },
        ...{ eTag: '"e"', versionId: 'v', uploadedAt: LONG_AGO, processedAt: LONG_AGO, processedBy: '1' },
        outputs: outputs.map(({ width, format }) => {
          const key = outputKey(recipe, id, 'attempt', { width, format });
          buckets['thumbnails']?.push(key);
          return { key, width, height: width, format, bytes: 9 };
        }),
      };
      table.set(`${id} ${recipe}`, toAttribute(record).M);
    }
  }
  for (const keys of Object.values(buckets)) keys.sort();
  const items = [...table.keys()].sort();
  const counts: Record<string, number> = {};

  const answers: Record<string, (input: Input) => object> = {
    ListObjectsV2: ({ Bucket = '', StartAfter = '', MaxKeys = 1_000 }) => {
      const keys = buckets[Bucket] ?? [];
      const begin = StartAfter === '' ? 0 : keys.indexOf(StartAfter) + 1;
      const Contents = keys
        .slice(begin, begin + MaxKeys)
        .map((Key) => ({ Key, ETag: '"e"', LastModified: new Date(LONG_AGO) }));
      return { Contents, IsTruncated: begin + MaxKeys < keys.length };
    },
    HeadObject: () => ({ ETag: '"e"', VersionId: 'v', ContentLength: 9, LastModified: new Date(LONG_AGO) }),
    BatchGetItem: ({ RequestItems }) => ({
      Responses: {
        images: (RequestItems?.images.Keys ?? []).map((key) => table.get(`${key.imageId.S} ${key.recipe.S}`)),
      },
    }),
    Scan: ({ ExclusiveStartKey: after }) => {
      const begin = after === undefined ? 0 : items.indexOf(`${after.imageId.S} ${after.recipe.S}`) + 1;
      const names = items.slice(begin, begin + ITEMS_OF_A_SCAN);
      const [id = '', recipe = ''] = names.at(-1)?.split(' ') ?? [];
      const isMore = begin + ITEMS_OF_A_SCAN < items.length;
      return {
        Items: names.map((name) => table.get(name)),
        ...(isMore && { LastEvaluatedKey: { imageId: { S: id }, recipe: { S: recipe } } }),
      };
    },
    GetItem: ({ Key }) => ({ Item: table.get(`${Key?.['imageId']?.S ?? ''} cursor`) }),
    PutItem: ({ Item }) => {
      table.set(`${Item?.['imageId']?.S ?? ''} cursor`, Item);
      return {};
    },
    GetAlias: () => ({ FunctionVersion: '1' }),
  };

  /** Answers in place of the network. */
  const traced: NonNullable<Parameters<typeof bind>[2]> = (client) => {
    // The types of the clients' stacks differ; what an answer in the first step needs of them is the same.
    const stack = client.middlewareStack as Pick<DynamoDBClient['middlewareStack'], 'add'>;
    stack.add(
      (_next, context) => async (request: { input: unknown }) => {
        const operation = context.commandName?.replace('Command', '') ?? '';
        const { Bucket } = request.input as Input;
        const name = Bucket === undefined ? operation : `${operation} ${Bucket}`;
        counts[name] = (counts[name] ?? 0) + 1;
        const answer = answers[operation];
        if (answer === undefined) throw new Error(`nothing was to ask for ${operation}`);
        return { response: undefined, output: { $metadata: {}, ...answer(request.input as Input) } };
      },
      { step: 'initialize' },
    );
    return client;
  };
  return { traced, counts };
}

test('an idle image costs far less than half a request an hour, averaged over a day', async () => {
  const { traced, counts } = createAws();
  const reconcile = bind(env, () => undefined, traced);
  const run = (id: number) =>
    reconcile(readOptions({ confirmDeletions: true }), { remainingMs: () => 900_000, id: String(id) });
  expect(await run(0)).toMatchObject({ fullPass: 'finished', announced: 0, outputs: IMAGES * 6 });
  for (const name of Object.keys(counts)) counts[name] = 0;

  // A day: 23 hourly runs, and one with a full pass.
  const passes: string[] = [];
  for (let hour = 1; hour <= 24; hour++) passes.push((await run(hour)).fullPass);

  expect(passes).toEqual([...Array<string>(23).fill('not due'), 'finished']);
  const thousands = IMAGES / 1_000;
  expect(counts).toMatchObject({
    // Every hour the listing of originals, and once more in the full pass.
    'ListObjectsV2 uploads': 25 * thousands,
    'ListObjectsV2 thumbnails': 6 * thousands,
    Scan: Math.ceil((2 * IMAGES) / ITEMS_OF_A_SCAN),
    GetAlias: 2 * thousands,
    // The two cursors.
    GetItem: 2 * 24,
  });
  expect(counts['PutItem']).toBeLessThan(2 * 24 + 12 * thousands);
  // 50 images a request, with their originals and with their outputs; where a page ends, one more.
  expect(counts['BatchGetItem']).toBeLessThan((2 * IMAGES) / 50 + 12 * thousands);
  // One output of each record, and those of the images that a page divides. No original: all of them were listed.
  expect(counts['HeadObject thumbnails']).toBeLessThan(2 * IMAGES + 50);
  expect(counts['HeadObject uploads'] ?? 0).toBe(0);
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.info(
    `${(all / IMAGES).toFixed(2)} requests a day for an idle image, ${(all / IMAGES / 24).toFixed(3)} an hour`,
    counts,
  );
  // docs/costs.md has the price.
  expect(all / IMAGES / 24).toBeLessThan(0.1);
}, 30_000);
