import type { Image } from '../shared/images/image.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord, OpenAttempt } from '../shared/images/record.ts';

/** A release that has ended badly: its alias was to go from one version of a function to another. */
export type Release = {
  functionName: string;
  alias: string;
  currentVersion: string;
  targetVersion: string;
  /** ISO 8601, UTC. */
  startedAt: string;
};

/** Whose records are looked for. */
export type Writer = {
  bucket: string;
  recipe: RecipeName;
  /** The function version that wrote them. */
  version: string;
  /** And since when, ISO 8601, UTC. */
  since: string;
};

/**
 * `early`: the version may still be at work on what it was given last; `last`: a pass that began when that was over, so that it finds all
 * there will ever be; `done`: it has ended.
 */
export const phases = ['early', 'last', 'done'] as const;

/** Where the next invocation goes on. */
export type Cursor = {
  phase: (typeof phases)[number];
  after?: string;
  /** Grows with every write; 0 before the first. */
  revision: number;
};

/**
 * What this repair asks of the world. What these throw about a single record is set aside until the end of the pass; whatever else they
 * throw ends the invocation. Lambda's next try goes on from the cursor.
 */
export type Ports = {
  /** The bucket that people upload to. */
  bucket: string;
  /** Undefined for functions that make no outputs. */
  recipeOf: (functionName: string) => RecipeName | undefined;
  describeRelease: (deploymentId: string) => Promise<Release>;
  /** False if the release surely ended before the new version was given any traffic. */
  receivedTraffic: (deploymentId: string) => Promise<boolean>;
  /** Whether the alias gives this version any invocation at all now. */
  isServed: (release: Pick<Release, 'functionName' | 'alias'>, version: string) => Promise<boolean>;
  /** Everything that a version has written, whatever its status, a piece at a time. Strongly consistent. */
  scanWrittenBy: (writer: Writer, after: string | undefined) => Promise<{ items: ImageRecord[]; next?: string }>;
  /** As for the use case: conditional on the revision. */
  writeRecord: (
    record: ImageRecord,
    expectedRevision: number,
    withdrawn: readonly OpenAttempt[],
  ) => Promise<'written' | 'lost'>;
  /** Tells both paths about the image as S3 itself would. */
  announce: (image: Image, record: ImageRecord) => Promise<void>;
  readCursor: (deploymentId: string) => Promise<Cursor | undefined>;
  /** Conditional: `lost` when the cursor's revision is no longer one less than this one's. */
  writeCursor: (deploymentId: string, cursor: Cursor) => Promise<'written' | 'lost'>;
  now: () => Date;
  wait: (ms: number) => Promise<void>;
  /** ms until this invocation is killed. */
  remainingMs: () => number;
};
