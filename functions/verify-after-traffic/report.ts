import type { ReportHead } from '../shared/releases/report.ts';
import type { RecipeName } from '../shared/images/recipe.ts';

/** The report of a verification. It is stored as JSON, for operators. */
export type Report = ReportHead<'verify-after-traffic'> & {
  /** Absent for a function that processes no images. */
  recipe?: RecipeName;
  /** The images that were sent end to end: one, or more if the first ones reached the previous version. */
  canaries: Canary[];
  /** The rollback alarms, and whether they fired since the release started. Absent if they could not be read. */
  alarms?: { name: string; fired: boolean }[];
  /** By the queues' names: how many there were when the release started (absent if unknown), and now. */
  deadLetters?: Record<string, { before?: number; now: number }>;
};

/** The result for one image. */
export type Canary = { bucket: string; key: string; recipes: CanaryOutcome[] };

export type CanaryOutcome = {
  recipe: RecipeName;
  /** Absent if there was no record in time. */
  status?: string;
  processedBy?: string;
  /** From the upload until its record had this status, as measured here. */
  ms: number;
  outputs: { width: number; height: number; format: string; bytes: number }[];
  /** A sentence each. */
  problems: string[];
};
