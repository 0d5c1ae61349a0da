import type { Image, OriginalVersion } from '../shared/images/image.ts';
import type { ImageRecord, OpenAttempt } from '../shared/images/record.ts';
import type { Recipe, RecipeName } from '../shared/images/recipe.ts';

/** A piece of a listing, in the listing's own order. `next` is where the following piece begins; absent at the end. */
export type Page<Item> = { items: Item[]; next?: string };

/** An object as a listing shows it, which is less than HeadObject tells. */
export type ListedObject = { key: string; eTag: string; /** ISO 8601, UTC. */ lastModified: string };

/** What a pass goes through, in this order. */
export const phases = ['originals', 'records', 'outputs'] as const;
export type Phase = (typeof phases)[number];

/** Where the next run goes on. */
export type Cursor = {
  phase: Phase;
  after?: string;
  /** Grows with every write; 0 before the first. */ revision: number;
};

/** Why an image is announced again, in words for a log line. */
export type Finding =
  | 'no record'
  | 'no outcome yet'
  | 'another version'
  | 'older recipe'
  | 'marked stale'
  | 'missing outputs'
  | 'withdrawn version'
  | 'worth another try'
  | 'original gone';

/**
 * What reconciliation asks of the world. What these throw about one image is set aside; what the listings and the cursor throw ends the
 * run, and the next one begins where this one stood.
 */
export type Ports = {
  /** What every original is to have. */
  recipes: readonly Recipe[];
  /** The bucket that people upload to. Here and below: current objects only, no delete markers. */
  bucket: string;
  listOriginals: (after: string | undefined) => Promise<Page<ListedObject>>;
  listOutputs: (after: string | undefined) => Promise<Page<ListedObject>>;
  /** Every item that is a record, in any order that holds still. */
  scanRecords: (after: string | undefined) => Promise<Page<ImageRecord>>;
  /** All recipes' records of one image. Strongly consistent, as is `readRecord`. */
  recordsOf: (imageId: string) => Promise<ImageRecord[]>;
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /** As for the use case: conditional on the revision. */
  writeRecord: (
    record: ImageRecord,
    expectedRevision: number,
    withdrawn: readonly OpenAttempt[],
  ) => Promise<'written' | 'lost'>;
  /**
   * The version of the function behind a recipe that gets all of its invocations; undefined while a release is under way, or where
   * versions have no numbers.
   */
  servingVersion: (recipe: RecipeName) => Promise<number | undefined>;
  headOriginal: (image: Image) => Promise<OriginalVersion | undefined>;
  hasOutput: (key: string) => Promise<boolean>;
  deleteOutputs: (keys: readonly string[]) => Promise<void>;
  /** Tells both paths about the image as S3 itself would. */
  announce: (image: Image, findings: readonly Finding[]) => Promise<void>;
  readCursor: () => Promise<Cursor | undefined>;
  /** Conditional: `lost` when the cursor's revision is no longer one less than this one's. */
  writeCursor: (cursor: Cursor) => Promise<'written' | 'lost'>;
  now: () => Date;
  /** True when no further page should be begun. */
  isTimeUp: () => boolean;
};
