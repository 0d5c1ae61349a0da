import { BatchWriteItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { imageId } from '../../functions/shared/images/image.ts';
import type { ImageRecord, Output } from '../../functions/shared/images/record.ts';
import { listingAttributes } from '../../functions/shared/stores/upload-time-index.ts';
import type { Stage } from '../../tests/end-to-end/support/stage.ts';

/** DynamoDB takes so many items at once. */
const AT_ONCE = 25;

/** Writes the records of images that were never uploaded, both recipes, as the functions would leave them: one a minute in the past. */
export async function writeManyImages({ dynamoDb, output }: Stage, owner: string, count: number): Promise<void> {
  const [table, bucket] = [output('ImagesTableName'), output('UploadsBucketName')];
  const items = Array.from({ length: count }, (_, n) => itemsOf(bucket, owner, n)).flat();
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const requests = items.slice(start, start + AT_ONCE).map((Item) => ({ PutRequest: { Item } }));
    await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
}

function itemsOf(bucket: string, owner: string, n: number): Record<string, AttributeValue>[] {
  const key = `users/${owner}/listed-${String(n)}/photo-${String(n)}.jpg`;
  const id = imageId({ bucket, key });
  const at = new Date(Date.now() - (n + 1) * 60_000).toISOString();
  const common = {
    ...{ imageId: id, recipeVersion: 1, revision: 1, status: 'ready' as const, owner, bucket, key, eTag: '"1"' },
    ...{ versionId: '1', size: 3_000_000, format: 'jpeg' as const, width: 4_000, height: 3_000 },
    ...{ uploadedAt: at, processedAt: at, processedBy: '1' },
  };
  const outputOf = (recipe: string, width: number, format: Output['format']): Output => ({
    ...{ key: `${recipe}/${id}/attempt/${String(width)}.${format}`, width, height: (width * 3) / 4, format },
    bytes: width * 40,
  });
  const records: ImageRecord[] = [
    { ...common, recipe: 'thumbnails', outputs: [128, 320, 640].map((width) => outputOf('thumbnails', width, 'webp')) },
    {
      ...common,
      recipe: 'renditions',
      placeholder: 'YJqGPQw7sFlslqhFafSE+Q6oJ1h2iHB2Rw==',
      dominantColour: '#aabbcc',
      outputs: [1_280, 2_048].map((width) => outputOf('renditions', width, 'webp')),
    },
  ];
  return records.map((record) => marshall({ ...record, ...listingAttributes(record, []) }));
}
