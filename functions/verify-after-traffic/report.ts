import type { ReportHead } from '../shared/releases/report.ts';
import type { RecipeName } from '../shared/images/recipe.ts';

/** What is kept of a verification, as JSON, for people. */
export type Report = ReportHead<'verify-after-traffic'> & {
  /** Absent for a function that no image goes through. */
  recipe?: RecipeName;
  /** What was sent the whole way: one, or more where the first ones met the version before. */
  canaries: Canary[];
  /** The alarms that guard the release, and whether they fired since it began. Absent where they could not be asked. */
  alarms?: { name: string; fired: boolean }[];
  /** By the queues' names: how many lay there when the release began (absent where nobody knows), and now. */
  deadLetters?: Record<string, { before?: number; now: number }>;
};

/** What became of one image. */
export type Canary = { bucket: string; key: string; recipes: CanaryOutcome[] };

export type CanaryOutcome = {
  recipe: RecipeName;
  /** Absent where there was no record in time. */
  status?: string;
  processedBy?: string;
  /** From the upload until its record said so, as seen from here. */
  ms: number;
  outputs: { width: number; height: number; format: string; bytes: number }[];
  /** A sentence each. */
  problems: string[];
};
