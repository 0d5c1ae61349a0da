import type { Derivation, DerivedOutput } from '../images/derivation.ts';
import type { Image, OriginalVersion } from '../images/image.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Recipe, RecipeName } from '../images/recipe.ts';

/** A conditional write either happens or finds that somebody else wrote first; anything else throws. */
export type WriteResult = 'written' | 'lost';

/** What the use case asks of the world. Whatever these throw is transient, except UnacceptableImageError from `derive`. */
export type Ports = {
  /** Strongly consistent. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /** Replaces the item if its revision is still `expectedRevision` (undefined: if there is no item). */
  writeRecord: (record: ImageRecord, expectedRevision: number | undefined) => Promise<WriteResult>;
  /**
   * Replaces the item's open attempts (and, where it is not `ready`, the rest with what is given), under the same condition, without
   * touching the revision.
   */
  noteAttempt: (record: ImageRecord, expectedRevision: number | undefined) => Promise<WriteResult>;
  /** Takes one attempt out again, whatever has happened to the rest of the item; notes `lastError` if given. */
  withdrawAttempt: (imageId: string, recipe: RecipeName, attempt: OpenAttempt, lastError?: string) => Promise<void>;
  headOriginal: (image: Image) => Promise<OriginalVersion | undefined>;
  /** The bytes of exactly this version (If-Match); `changed` where S3 answers 412 or 404. */
  readOriginal: (image: Image, version: OriginalVersion) => Promise<Uint8Array | 'changed'>;
  /** Guard, decode, derive. Throws UnacceptableImageError when the image is the problem. */
  derive: (original: Uint8Array, recipe: Recipe) => Promise<Derivation>;
  putOutput: (key: string, output: DerivedOutput) => Promise<void>;
  deleteOutputs: (keys: readonly string[]) => Promise<void>;
  now: () => Date;
  /** Unique per attempt, safe in an object key, e.g. a UUID. */
  newAttemptId: () => string;
  /** Waits for a jittered moment before the n-th new look (n = 1, 2, …). */
  pause: (n: number) => Promise<void>;
};

/** The process that works: what it is called, how long an invocation may take, and how much of this one is left. */
export type Worker = {
  /** `processedBy`: Lambda's function version. */
  version: string;
  /** The function's timeout, ms: an open attempt older than this has crashed. */
  timeoutMs: number;
  /** ms left to this invocation. */
  remainingMs: () => number;
};
