import type { Feature } from './features.ts';
import type { OutputFormat, RecipeName } from './recipe.ts';

/** `pending`: seen, no outcome yet; `deleted`: a tombstone, with a TTL. */
export type Status = 'pending' | 'ready' | 'rejected' | 'deleted';

/** The formats that the guard lets through, as decoded, never as claimed. */
export type OriginalFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic';

/** One object in ThumbnailsBucket. Sizes are pixels, `bytes` are bytes. */
export type Output = { key: string; width: number; height: number; format: OutputFormat; bytes: number };

/** Public EXIF fields only. Never GPS, never serial numbers, never an owner's name. */
export type PublicExif = {
  camera?: string;
  lens?: string;
  /** Seconds, as people write them: `1/250`. */
  exposureTime?: string;
  fNumber?: number;
  iso?: number;
  /** Millimetres. */
  focalLength?: number;
  /** ISO 8601 without zone (EXIF has none), e.g. `2024-05-01T12:30:00`. */
  takenAt?: string;
};

/** The description of the picture itself: only `renditions` finds it. */
export type Description = {
  /** A thumbhash, base64. */
  placeholder?: string;
  /** `#rrggbb`. */
  dominantColour?: string;
  exif?: PublicExif;
};

/** An attempt that started to decode and did not end by a return or a throw (see the rule for poison). */
export type OpenAttempt = {
  id: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** The function version of the attempt: a newer one may succeed. */
  by: string;
  /** The state of the original that it decodes, as `identityOf` names it. */
  of: string;
};

/** One item of ImagesTable: one image under one recipe. */
export type ImageRecord = Description & {
  imageId: string;
  recipe: RecipeName;
  /** The recipe version that the outputs were made with; 0 once marked stale. */
  recipeVersion: number;
  /** Grows by one with every conditional write; 0 while only attempts or errors were recorded. */
  revision: number;
  status: Status;
  owner: string;
  bucket: string;
  key: string;
  /** The original that this record describes; absent in a tombstone of an original that was never seen. */
  eTag?: string;
  versionId?: string;
  /** Bytes. */
  size?: number;
  format?: OriginalFormat;
  /** Pixels, upright. */
  width?: number;
  height?: number;
  /** ISO 8601, UTC. */
  uploadedAt?: string;
  processedAt: string;
  /** Only if rejected: a sentence for users. */
  reason?: string;
  /** Only if rejected: the feature that was off, and could have read the image. Once it is on, the image may be retried. */
  needs?: Feature;
  /** Only if rejected: it crashes the version `processedBy` of the function. Another version may retry. */
  poison?: true;
  /** The function version that wrote the outcome. */
  processedBy: string;
  outputs: Output[];
  /** A set: the order has no meaning. It belongs to the attempts, and survives every write that does not name them. */
  openAttempts?: OpenAttempt[];
  /** The last transient error, which explains a dead letter; removed by the next outcome. */
  lastError?: string;
  /** Tombstones only: epoch seconds after which DynamoDB may remove the item. */
  expiresAt?: number;
};
