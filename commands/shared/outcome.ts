import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readItem, type Item } from './image-items.ts';
import { isTransient } from './transient.ts';
import type { Uploaded } from './upload.ts';

/** The outcome of one upload for one recipe; `ms` from the start of the upload until the outcome was seen. */
export type Outcome = { recipe: string; item: Item; ms: number } | { recipe: string; item?: Item; ms?: never };

/**
 * Waits until the record speaks of this very upload and has an outcome; gives up (without item or with a pending one) at the deadline. Trouble
 * of DynamoDB is waited out as well; throws what else it answers.
 */
export async function waitForOutcome(
  dynamoDb: DynamoDBClient,
  table: string,
  bucket: string,
  uploaded: Uploaded,
  recipe: string,
  deadlineMs: number,
): Promise<Outcome> {
  for (let look = 0; ; look++) {
    const item = await readItem(dynamoDb, table, { bucket, key: uploaded.key }, recipe).catch((error: unknown) => {
      if (isTransient(error)) return undefined;
      throw error;
    });
    if (item !== undefined && item.status !== 'pending' && speaksOf(item, uploaded)) {
      return { recipe, item, ms: Date.now() - uploaded.uploadedAtMs };
    }
    if (Date.now() > deadlineMs) return { recipe, ...(item && { item }) };
    await setTimeout(Math.min(25 * 1.2 ** look, 1000));
  }
}

/** A versioned bucket names the version; in another one the ETag has to do. */
function speaksOf(item: Item, { versionId, eTag }: Uploaded): boolean {
  return versionId !== undefined ? item.versionId === versionId : item.eTag === eTag;
}
