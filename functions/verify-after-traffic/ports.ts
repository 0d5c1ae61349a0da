import type { Recipe, RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import type { Report } from './report.ts';

/** The release of one function, after all traffic shifted to its new version. */
export type Release = {
  application: string;
  group: string;
  functionName: string;
  currentVersion: string;
  targetVersion: string;
  /** ISO 8601, UTC. */
  startedAt: string;
};

/** The picture that is sent end to end. Pixels, upright. */
export type Picture = { bytes: Uint8Array; format: string; width: number; height: number };

/** What the verification needs of the world. */
export type Ports = {
  describeDeployment: (id: string) => Promise<Release>;
  /** Undefined for a function that creates no outputs. */
  recipeOf: (functionName: string) => RecipeName | undefined;
  /** True for a function that is released although it processes no images. */
  hasNoImages: (functionName: string) => boolean;
  /** The recipes that every image must have. */
  recipes: readonly Recipe[];

  picture: Picture;
  /** The bucket that users upload to. */
  bucket: string;
  upload: (key: string, bytes: Uint8Array) => Promise<unknown>;
  /** Unique, safe in an object key, e.g. a UUID. */
  newName: () => string;
  /** Strongly consistent. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /** Undefined if there is none. */
  readOutput: (key: string) => Promise<Uint8Array | undefined>;

  /** The rollback alarms of the release. */
  alarmsOf: (release: Release) => Promise<string[]>;
  /** Those of them that are in ALARM, or have been since a moment (ISO 8601, UTC). */
  firedSince: (alarms: readonly string[], since: string) => Promise<string[]>;
  /** How many dead letters there are, by the queues' names. */
  countDeadLetters: () => Promise<Record<string, number>>;
  /** The report of verify-before-traffic on the same deployment; undefined if there is none. */
  readReportBefore: (deploymentId: string) => Promise<unknown>;

  /** Returns the URI of the report. */
  writeReport: (deploymentId: string, report: Report) => Promise<string>;
  /** Logs a failure that the new version did not cause. */
  warn: (what: string, error: unknown) => void;
  now: () => Date;
  pause: (ms: number) => Promise<void>;
};
