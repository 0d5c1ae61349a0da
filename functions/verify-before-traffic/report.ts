import type { ReportHead } from '../shared/releases/report.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { Distance } from './colours.ts';

/** The stored report of a verification, as JSON: for people, and for the next hook. */
export type Report = ReportHead<'verify-before-traffic'> & {
  recipe: RecipeName;
  /** That the new version works by. */
  recipeVersion: number;
  /** Medians over the same pictures; absent where the two versions cannot be compared. */
  duration?: { newMs: number; servingMs: number; limitMs: number };
  /** The same of the large picture alone: what grows with the pixels shows in nothing smaller. */
  durationOfLarge?: { newMs: number; servingMs: number; limitMs: number };
  /** How many lay in each queue, by its name, when the release began. */
  deadLetters?: Record<string, number>;
  pictures: PictureReport[];
};

export type PictureReport = {
  name: string;
  verdict: 'passed' | 'failed';
  /** What differs, a sentence each. */
  problems: string[];
  expected: { status: string; reason?: string; outputs: Size[] };
  got: { status?: string; reason?: string; outputs: (Size & { bytes: number })[] };
  distance?: Distance;
  /** What the invocation took, as its caller sees it. */
  ms: number;
  /** Small pictures as `data:` URIs: the expected one and the actual one. */
  expectedPicture?: string;
  gotPicture?: string;
};

/** Pixels. */
export type Size = { width: number; height: number; format: string };
