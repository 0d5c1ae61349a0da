import type { Recipe, RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import type { Report } from './report.ts';

/** The release of one function, when all traffic has gone to its new version. */
export type Release = {
  application: string;
  group: string;
  functionName: string;
  currentVersion: string;
  targetVersion: string;
  /** ISO 8601, UTC. */
  startedAt: string;
};

/** What is sent the whole way. Pixels, upright. */
export type Picture = { bytes: Uint8Array; format: string; width: number; height: number };

/** What the verification asks of the world. */
export type Ports = {
  describeDeployment: (id: string) => Promise<Release>;
  /** Undefined for a function that makes no outputs. */
  recipeOf: (functionName: string) => RecipeName | undefined;
  /** True for a function that is released, although no image goes through it. */
  hasNoImages: (functionName: string) => boolean;
  /** What every image is to have. */
  recipes: readonly Recipe[];

  picture: Picture;
  /** The bucket that people upload to. */
  bucket: string;
  upload: (key: string, bytes: Uint8Array) => Promise<unknown>;
  /** Unique, safe in an object key, e.g. a UUID. */
  newName: () => string;
  /** Strongly consistent. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  /** Undefined where there is nothing. */
  readOutput: (key: string) => Promise<Uint8Array | undefined>;

  /** The alarms that stop the release. */
  alarmsOf: (release: Release) => Promise<string[]>;
  /** Those of them that are in ALARM, or have been since a moment (ISO 8601, UTC). */
  firedSince: (alarms: readonly string[], since: string) => Promise<string[]>;
  /** How many dead letters there are, by the queues' names. */
  countDeadLetters: () => Promise<Record<string, number>>;
  /** What verify-before-traffic wrote down of the same deployment; undefined if nothing. */
  readReportBefore: (deploymentId: string) => Promise<unknown>;

  /** Gives the URI of what was written. */
  writeReport: (deploymentId: string, report: Report) => Promise<string>;
  /** Log lines: what went wrong here without being the new version's fault. */
  warn: (what: string, error: unknown) => void;
  now: () => Date;
  pause: (ms: number) => Promise<void>;
};
