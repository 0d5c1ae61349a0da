import type { Features } from '../shared/images/features.ts';
import type { Image, OriginalVersion } from '../shared/images/image.ts';
import type { ImageRecord, OpenAttempt } from '../shared/images/record.ts';
import type { Recipe, RecipeName } from '../shared/images/recipe.ts';
import type { Finding } from './plan.ts';

/** A piece of a listing, in the listing's own order. `next` is where the following piece begins; absent at the end. */
export type Page<Item> = { items: Item[]; next?: string };

/** An object in a listing, which has fewer fields than HeadObject. */
export type ListedObject = { key: string; eTag: string; /** ISO 8601, UTC. */ lastModified: string };

/** What a full pass goes through, in this order; `waiting` until the next one is due. */
export const phases = ['originals', 'records', 'outputs', 'waiting'] as const;
export type Phase = (typeof phases)[number];

/** Where a full pass goes on, and when it began. */
export type Cursor = {
  phase: Phase;
  after?: string;
  /** Grows with every write; 0 before the first. */
  revision: number;
  /** When this pass began; ISO 8601, UTC. */
  startedAt: string;
  /** Scheduled runs since then. */
  runs: number;
  /** The upload time of the oldest image that this pass found without an outcome. */
  pendingSince?: string;
  /** What this pass could not look at, and the invocation that found it so. */
  failure?: { sentence: string; invocationId: string };
};

/** Where a pass through recent uploads goes on. */
export type RecentCursor = {
  after?: string;
  revision: number;
  /** Uploads since then are recent. ISO 8601, UTC. */
  since: string;
  /** As above, of the last pass that ended. */
  pendingSince?: string;
};

/** One record's name. */
export type RecordKey = { imageId: string; recipe: RecipeName };

/**
 * What reconciliation asks of the world. What these throw about one image is recorded, and the run continues with the next; what the
 * listings and the cursors throw ends the run, and the next one begins where this one stopped.
 */
export type Ports = {
  /** What every original is to have. */
  recipes: readonly Recipe[];
  /** The enabled features that decide which originals can be read. */
  features: Features;
  /** The bucket of the originals. Here and below: current objects only, no delete markers. */
  bucket: string;
  listOriginals: (after: string | undefined) => Promise<Page<ListedObject>>;
  listOutputs: (after: string | undefined) => Promise<Page<ListedObject>>;
  /** Every item that is a record, in any order that holds still. May be a second old, as `readRecords`. */
  scanRecords: (after: string | undefined) => Promise<Page<ImageRecord>>;
  /** Those of these records that exist, in any order. */
  readRecords: (keys: readonly RecordKey[]) => Promise<ImageRecord[]>;
  /** Strongly consistent. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /** As for the use case: conditional on the revision. */
  writeRecord: (
    record: ImageRecord,
    expectedRevision: number,
    withdrawn: readonly OpenAttempt[],
  ) => Promise<'written' | 'lost'>;
  /**
   * The version of the function behind a recipe that gets all of its invocations; undefined while a release is in progress, or where
   * versions have no numbers.
   */
  servingVersion: (recipe: RecipeName) => Promise<number | undefined>;
  headOriginal: (image: Image) => Promise<OriginalVersion | undefined>;
  hasOutput: (key: string) => Promise<boolean>;
  deleteOutputs: (keys: readonly string[]) => Promise<void>;
  /** Notifies both paths about the image as S3 itself would. */
  announce: (image: Image, findings: readonly Finding[]) => Promise<void>;
  readCursor: () => Promise<Cursor | undefined>;
  /** Conditional: `lost` when the cursor's revision is no longer one less than this one's. */
  writeCursor: (cursor: Cursor) => Promise<'written' | 'lost'>;
  readRecentCursor: () => Promise<RecentCursor | undefined>;
  writeRecentCursor: (cursor: RecentCursor) => Promise<'written' | 'lost'>;
  now: () => Date;
  /** True when no further page should be begun. */
  isTimeUp: () => boolean;
  /** The same in every attempt at one event. */
  invocationId: string;
};
