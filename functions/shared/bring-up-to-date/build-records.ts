import type { Derivation } from '../images/derivation.ts';
import type { Feature } from '../images/features.ts';
import { identityOf, imageId, ownerOf, type Image, type OriginalVersion } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import type { ImageRecord, Output } from '../images/record.ts';
import type { FinalRecord, Task } from './types.ts';

// The five records that this use case writes. Each is complete: nothing of the previous record remains.

/** How long a tombstone shows late events (SNS retries for 23 days) that the image is gone. Days. */
const TOMBSTONE_DAYS = 35;

/** The values that every record of an image starts from. */
export type Subject = {
  image: Image;
  recipe: Recipe;
  /** The function version that does the work. */
  version: string;
  now: Date;
};

export function subjectOf({ ports, worker, image, recipe }: Task): Subject {
  return { image, recipe, version: worker.version, now: ports.now() };
}

/** Seen, no outcome yet. Its revision is that of the item as read: adding an attempt is not an outcome. */
export function pending(subject: Subject, original: OriginalVersion | undefined, before?: ImageRecord): ImageRecord {
  return {
    ...common(subject),
    ...(original && source(original)),
    status: 'pending',
    revision: before?.revision ?? 0,
    // It has no outcome, so it must not be considered up to date.
    recipeVersion: 0,
    // If this attempt crashes, the error of the previous one is the only reason there is.
    ...(before?.lastError !== undefined && { lastError: before.lastError }),
  };
}

export function ready(
  subject: Subject,
  original: OriginalVersion,
  before: ImageRecord | undefined,
  { format, width, height, description }: Derivation,
  outputs: Output[],
): FinalRecord {
  return {
    ...outcome(subject, original, before),
    status: 'ready',
    format,
    width,
    height,
    ...description,
    outputs,
  };
}

export function rejected(
  subject: Subject,
  original: OriginalVersion,
  before: ImageRecord | undefined,
  reason: string,
  needs?: Feature,
): FinalRecord {
  return { ...outcome(subject, original, before), status: 'rejected', reason, ...(needs && { needs }) };
}

/** Rejected for now: it crashes this version of the function, which says nothing about the next one. */
export function poisoned(
  subject: Subject,
  original: OriginalVersion,
  before: ImageRecord | undefined,
  reason: string,
): FinalRecord {
  return { ...rejected(subject, original, before, reason), poison: true };
}

/** The original is gone. What it was stays readable until the tombstone expires. */
export function tombstone(subject: Subject, before: ImageRecord): FinalRecord {
  const { eTag, versionId, size, uploadedAt } = before;
  return {
    ...common(subject),
    ...(eTag !== undefined && { eTag }),
    ...(versionId !== undefined && { versionId }),
    ...(size !== undefined && { size }),
    ...(uploadedAt !== undefined && { uploadedAt }),
    status: 'deleted',
    revision: before.revision + 1,
    recipeVersion: subject.recipe.version,
    expiresAt: Math.floor(subject.now.getTime() / 1000) + TOMBSTONE_DAYS * 24 * 60 * 60,
  };
}

/**
 * True for a record that is already up to date with this original under this recipe. At least as new, not equal: two versions behind one
 * alias must not undo each other.
 */
export function isCurrentFor(record: ImageRecord, original: OriginalVersion, recipe: Recipe): boolean {
  return (
    (record.status === 'ready' || record.status === 'rejected') &&
    identityOf(record) === identityOf(original) &&
    record.recipeVersion >= recipe.version
  );
}

function outcome(subject: Subject, original: OriginalVersion, before: ImageRecord | undefined) {
  return {
    ...common(subject),
    ...source(original),
    revision: (before?.revision ?? 0) + 1,
    recipeVersion: subject.recipe.version,
  };
}

function common({ image, recipe, version, now }: Subject) {
  return {
    imageId: imageId(image),
    recipe: recipe.name,
    owner: ownerOf(image.key),
    bucket: image.bucket,
    key: image.key,
    processedAt: now.toISOString(),
    processedBy: version,
    outputs: [],
  };
}

function source({ versionId, eTag, size, uploadedAt }: OriginalVersion) {
  return { ...(versionId !== undefined && { versionId }), eTag, size, uploadedAt };
}
