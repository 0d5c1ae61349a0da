import type { Image } from '../shared/images/image.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import type { Versions } from '../shared/releases/report.ts';
import type { Pixels } from './colours.ts';
import type { Expectation } from './expectation.ts';
import type { GoldenPicture } from './golden.ts';
import type { JudgePorts, File, Headers } from './found.ts';
import type { PictureReport, Report } from './report.ts';

/** The result of one invocation. `ms` is the time that the caller waited. `unavailable` means that it never started and may be retried. */
export type Invocation =
  | { status: 'returned'; payload: unknown; ms: number }
  | { status: 'failed'; error: string; ms: number }
  | { status: 'unavailable'; why: string };

/** What the verification asks of the world. */
export type Ports = JudgePorts & {
  describeDeployment: (id: string) => Promise<Versions>;
  /** Undefined for a function that makes no pictures. */
  recipeOf: (functionName: string) => RecipeName | undefined;
  /** reconcile-images is verified in another way: see verify-reconciliation.ts. */
  reconciler: { functionName: string; verify: (run: HookRun, deployment: Versions) => Promise<Verdict> };
  countDeadLetters: () => Promise<Record<string, number>>;

  pictures: readonly GoldenPicture[];
  expectationsOf: (recipe: RecipeName, version: number) => Readonly<Record<string, Expectation>> | undefined;

  /** VerificationBucket, which sends no notifications. */
  bucket: string;
  putPicture: (key: string, bytes: Uint8Array) => Promise<{ eTag: string }>;
  /** All objects there. */
  listPictures: () => Promise<{ key: string; lastModified: string }[]>;
  deletePictures: (keys: readonly string[]) => Promise<void>;

  invoke: (functionName: string, version: string, event: unknown) => Promise<Invocation>;
  /** Strongly consistent, as the next. */
  readRecord: (imageId: string, recipe: RecipeName) => Promise<ImageRecord | undefined>;
  recordsOf: (imageId: string) => Promise<ImageRecord[]>;
  removeRecord: (imageId: string, recipe: RecipeName) => Promise<void>;
  readOutput: (key: string) => Promise<(Headers & { bytes: Uint8Array }) | undefined>;
  deleteOutputs: (keys: readonly string[]) => Promise<void>;

  /** Decodes an output. Throws where it cannot be decoded. */
  inspect: (file: Uint8Array) => Promise<Omit<File, 'bytes' | 'headers'>>;
  /** What a thumbhash (base64) shows. Throws where it is none. */
  showPlaceholder: (placeholder: string) => Pixels;
  /** A small picture as a `data:` URI, for people. */
  preview: (pixels: Pixels) => Promise<string>;

  writeReport: (deploymentId: string, report: Report) => Promise<string>;
  /** Log lines: a picture that failed, and what went wrong here without being the new version's fault. */
  log: { failed: (picture: PictureReport, image: Image) => void; warn: (what: string, error: unknown) => void };
  now: () => Date;
  pause: (ms: number) => Promise<void>;
};
