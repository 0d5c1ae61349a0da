import type { Derivation, DerivedOutput } from '../images/derivation.ts';
import type { Image, OriginalVersion } from '../images/image.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Recipe, RecipeName } from '../images/recipe.ts';

/** A conditional write either succeeds or finds that another writer was first; anything else throws. */
export type WriteResult = 'written' | 'lost';

/**
 * What the use case needs of the world. All their errors are transient, except UnacceptableImageError from `derive`. After an error it is
 * unknown whether a write took place, and the use case assumes neither.
 */
export type Ports = {
  /** Strongly consistent, with `openAttempts`. An item that holds only attempts or errors has revision 0. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /**
   * Replaces the item, all but its open attempts, if its revision still is `expectedRevision`. 0 means "there is no item, or
   * one of revision 0". The same write removes `closed` from the open attempts. The open attempts belong to the writers that added
   * them: `record.openAttempts` is ignored here, and attempts that are not in `closed` stay.
   */
  writeRecord: (record: ImageRecord, expectedRevision: number, closed: readonly OpenAttempt[]) => Promise<WriteResult>;
  /**
   * Adds `attempt` to the item's open attempts and replaces the rest by `record`, if the item's revision still is
   * `record.revision` (0 as above); the revision stays as it is. Creates the item where there is none.
   */
  addOpenAttempt: (record: ImageRecord, attempt: OpenAttempt) => Promise<WriteResult>;
  /** Removes one attempt, regardless of later changes to the item. Creates nothing. */
  removeOpenAttempt: (imageId: string, recipe: RecipeName, attempt: OpenAttempt) => Promise<void>;
  /**
   * Sets `lastError` (and removes `attempt`, if passed), regardless of the item's revision, and changes nothing else of an existing item. If
   * there is none, creates `record` with it: a dead letter must have a reason.
   */
  saveLastError: (record: ImageRecord, lastError: string, attempt?: OpenAttempt) => Promise<void>;
  headOriginal: (image: Image) => Promise<OriginalVersion | undefined>;
  /** The bytes of exactly this version (If-Match); `changed` if S3 answers 412 or 404. */
  readOriginal: (image: Image, version: OriginalVersion) => Promise<Uint8Array | 'changed'>;
  /**
   * Guard, decode, derive. Throws UnacceptableImageError if the image is the problem. The parts that can be interrupted end at the
   * deadline.
   */
  derive: (original: Uint8Array, recipe: Recipe, deadline: AbortSignal) => Promise<Derivation>;
  putOutput: (key: string, output: DerivedOutput) => Promise<void>;
  /** Deleting an object that is gone already is not an error; an empty list sends no request. */
  deleteOutputs: (keys: readonly string[]) => Promise<void>;
  now: () => Date;
  /** Unique per attempt, safe in an object key, e.g. a UUID. */
  newAttemptId: () => string;
  /** Waits for a time with jitter before the n-th new round (n = 1, 2, …). */
  pause: (n: number) => Promise<void>;
};

/** The process that does the work. */
export type Worker = {
  /** `processedBy`: Lambda's function version. */
  version: string;
  /** The function's timeout, ms: an open attempt older than this crashed. */
  timeoutMs: number;
  /** Aborts when it is time to stop and save the reason: `MARGIN_MS` (see deadline.ts) before the invocation's timeout. */
  deadline: AbortSignal;
};
