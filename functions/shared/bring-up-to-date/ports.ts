import type { Derivation, DerivedOutput } from '../images/derivation.ts';
import type { Image, OriginalVersion } from '../images/image.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Recipe, RecipeName } from '../images/recipe.ts';

/** A conditional write either happens or finds that somebody else wrote first; anything else throws. */
export type WriteResult = 'written' | 'lost';

/**
 * What the use case asks of the world. Whatever these throw is transient, except UnacceptableImageError from `derive`. After a
 * throw nobody knows whether a write took place, and the use case assumes neither.
 */
export type Ports = {
  /** Strongly consistent; `openAttempts` included. An item that was only ever noted has revision 0. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /**
   * Replaces the item, all but its open attempts, if its revision still is `expectedRevision`. 0 stands for "there is no item, or
   * one of revision 0". Takes `withdrawn` out of the open attempts by the same write. The open attempts belong to whoever noted
   * them: `record.openAttempts` is ignored here, and attempts that are not in `withdrawn` stay.
   */
  writeRecord: (
    record: ImageRecord,
    expectedRevision: number,
    withdrawn: readonly OpenAttempt[],
  ) => Promise<WriteResult>;
  /**
   * Adds `attempt` to the item's open attempts and replaces the rest by `record`, if the item's revision still is
   * `record.revision` (0 as above); the revision stays as it is. Creates the item where there is none.
   */
  addOpenAttempt: (record: ImageRecord, attempt: OpenAttempt) => Promise<WriteResult>;
  /** Takes one attempt out, whatever has happened to the item since. Creates nothing. */
  removeOpenAttempt: (imageId: string, recipe: RecipeName, attempt: OpenAttempt) => Promise<void>;
  /**
   * Sets `lastError` (and takes `attempt` out, if given), whatever the item's revision, and touches nothing else of an item that
   * exists. Where there is none, creates `record` with it: a dead letter must find its reason.
   */
  saveLastError: (record: ImageRecord, lastError: string, attempt?: OpenAttempt) => Promise<void>;
  headOriginal: (image: Image) => Promise<OriginalVersion | undefined>;
  /** The bytes of exactly this version (If-Match); `changed` where S3 answers 412 or 404. */
  readOriginal: (image: Image, version: OriginalVersion) => Promise<Uint8Array | 'changed'>;
  /**
   * Guard, decode, derive. Throws UnacceptableImageError when the image is the problem. What can be interrupted in it ends at the
   * deadline.
   */
  derive: (original: Uint8Array, recipe: Recipe, deadline: AbortSignal) => Promise<Derivation>;
  putOutput: (key: string, output: DerivedOutput) => Promise<void>;
  /** Deleting what is gone already is no error; an empty list asks nothing of S3. */
  deleteOutputs: (keys: readonly string[]) => Promise<void>;
  now: () => Date;
  /** Unique per attempt, safe in an object key, e.g. a UUID. */
  newAttemptId: () => string;
  /** Waits for a jittered moment before the n-th new look (n = 1, 2, …). */
  pause: (n: number) => Promise<void>;
};

/** The process that works. */
export type Worker = {
  /** `processedBy`: Lambda's function version. */
  version: string;
  /** The function's timeout, ms: an open attempt older than this has crashed. */
  timeoutMs: number;
  /** Aborts when it is time to stop and say so: `MARGIN_MS` (see deadline.ts) before the invocation's timeout. */
  deadline: AbortSignal;
};
