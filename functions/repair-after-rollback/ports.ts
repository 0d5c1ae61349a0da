import type { Image } from '../shared/images/image.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord, OpenAttempt } from '../shared/images/record.ts';

/** A release that failed: its alias was to move from one version of a function to another. */
export type Release = {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
  /** ISO 8601, UTC. */
  startedAt: string;
};

/** Whose records to look for. */
export type Writer = {
  bucket: string;
  recipe: RecipeName;
  /** The function version that wrote them. */
  version: string;
  /** And since when, ISO 8601, UTC. */
  since: string;
};

/**
 * `early`: the version may still be working on its last events. `last`: a pass that started after that, so it finds every record that the
 * version will ever have written. `done`: the repair has ended.
 */
export const phases = ['early', 'last', 'done'] as const;

/** Where the next invocation continues. */
export type Cursor = {
  phase: (typeof phases)[number];
  after?: string;
  /** Grows with every write; 0 before the first. */
  revision: number;
};

/**
 * What this repair needs of the world. An error about a single record is recorded and the pass continues; any other error ends the
 * invocation. Lambda's next attempt continues from the cursor.
 */
export type Ports = {
  /** The bucket that users upload to. */
  bucket: string;
  /** Undefined for a function that creates no outputs. */
  recipeOf: (functionName: string) => RecipeName | undefined;
  describeRelease: (deploymentId: string) => Promise<Release>;
  /** False if the release certainly ended before the new version received any traffic. */
  receivedTraffic: (deploymentId: string) => Promise<boolean>;
  /** Whether the alias sends this version any invocations now. */
  isServed: (release: Pick<Release, 'functionName' | 'alias'>, version: string) => Promise<boolean>;
  /** All records that a version wrote, regardless of status, one page at a time. Strongly consistent. */
  scanWrittenBy: (writer: Writer, after: string | undefined) => Promise<{ items: ImageRecord[]; next?: string }>;
  /** As for the use case: conditional on the revision. */
  writeRecord: (
    record: ImageRecord,
    expectedRevision: number,
    withdrawn: readonly OpenAttempt[],
  ) => Promise<'written' | 'lost'>;
  /** Publishes an event about the image to both paths, as S3 itself does. */
  announce: (image: Image, record: ImageRecord) => Promise<void>;
  readCursor: (deploymentId: string) => Promise<Cursor | undefined>;
  /** Conditional: `lost` when the cursor's revision is no longer one less than this one's. */
  writeCursor: (deploymentId: string, cursor: Cursor) => Promise<'written' | 'lost'>;
  now: () => Date;
  wait: (ms: number) => Promise<void>;
  /** ms until this invocation is killed. */
  remainingMs: () => number;
};
