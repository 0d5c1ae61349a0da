import type { AttributeValue } from '@aws-sdk/client-dynamodb';

import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import { fromAttribute, toAttribute, type Plain } from './attribute-values.ts';
import { LISTING_PARTITION, LISTING_SORT, listingAttributes, type Unlisted } from './upload-time-index.ts';

/** All that a write replaces: every attribute but the keys and the open attempts. The compiler sees to it that none is missing. */
const replaced: Record<Exclude<keyof ImageRecord, 'imageId' | 'recipe' | 'openAttempts'>, true> = {
  recipeVersion: true,
  revision: true,
  status: true,
  owner: true,
  bucket: true,
  key: true,
  eTag: true,
  versionId: true,
  size: true,
  format: true,
  width: true,
  height: true,
  uploadedAt: true,
  processedAt: true,
  reason: true,
  needs: true,
  poison: true,
  processedBy: true,
  outputs: true,
  lastError: true,
  expiresAt: true,
  placeholder: true,
  dominantColour: true,
  exif: true,
};

/** The attributes that a complete record sets in its item, including those of the index, and the attributes that it removes. */
export function replacement(
  record: ImageRecord,
  unlisted: Unlisted,
): { set: [name: string, value: Plain][]; remove: string[] } {
  const values: Record<string, Plain | undefined> = { ...record, ...listingAttributes(record, unlisted) };
  const names = [...Object.keys(replaced), LISTING_PARTITION, LISTING_SORT];
  return {
    set: names.flatMap((name): [string, Plain][] => (values[name] === undefined ? [] : [[name, values[name]]])),
    remove: names.filter((name) => values[name] === undefined),
  };
}

/**
 * The record that an item keeps. Only we write these items, so that their attributes are taken as they are. But *we* may be a version that
 * is newer, or was withdrawn: what it has added is passed over, whatever its form, or nobody could bring its images up to date again.
 */
export function fromItem(item: Record<string, AttributeValue>): ImageRecord {
  const { openAttempts } = item;
  const members = ['imageId', 'recipe', ...Object.keys(replaced)].flatMap((name) =>
    item[name] === undefined ? [] : [[name, fromAttribute(item[name])] as const],
  );
  return {
    ...(Object.fromEntries(members) as unknown as ImageRecord),
    ...(openAttempts?.SS && { openAttempts: openAttempts.SS.map(fromText) }),
  };
}

export function keyOf(imageId: string, recipe: string): Record<string, AttributeValue> {
  return { imageId: toAttribute(imageId), recipe: toAttribute(recipe) };
}

/**
 * Open attempts are a set of strings: to add to it and to take out of it is atomic, needs no look at the others, and may be done
 * twice. So the text of an attempt must always come out the same.
 */
export function attemptSet(attempts: readonly OpenAttempt[]): AttributeValue {
  return { SS: attempts.map(({ id, startedAt, by, of }) => JSON.stringify([id, startedAt, by, of])) };
}

function fromText(text: string): OpenAttempt {
  const [id, startedAt, by, of] = JSON.parse(text) as [string, string, string, string];
  return { id, startedAt, by, of };
}
