import { createHash } from 'node:crypto';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { listingAttributes } from '../../../functions/shared/stores/upload-time-index.ts';
import { recordsOf } from './records.ts';
import type { Gallery } from './gallery.ts';

/** Puts records into the table as if the owner of `model` had uploaded it `count` times more, an hour apart. Nothing is uploaded. */
export async function addCopies(gallery: Gallery, model: string, count: number): Promise<void> {
  const { dynamoDb, output } = gallery.stage;
  const records = await recordsOf(gallery, model);
  const now = Date.now();
  const items = Array.from({ length: count }, (_, n) => {
    const name = `copy ${String(n + 1).padStart(5, '0')}.jpg`;
    const uploadedAt = new Date(now - (n + 1) * 3_600_000).toISOString();
    return records.map((record): ImageRecord => {
      const key = `${record.key.slice(0, record.key.lastIndexOf('/'))}/${name}`;
      const imageId = createHash('sha256').update(`${record.bucket}/${key}`).digest('hex');
      return { ...record, key, imageId, uploadedAt };
    });
  }).flat();
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((record) => ({
      PutRequest: { Item: marshall({ ...record, ...listingAttributes(record, []) }, { removeUndefinedValues: true }) },
    }));
    await dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [output('ImagesTableName')]: requests } }));
  }
}
