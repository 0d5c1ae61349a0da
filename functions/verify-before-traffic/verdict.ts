import type { RecipeName } from '../shared/images/recipe.ts';
import { tooSlow, type Comparison } from './durations.ts';
import type { PictureReport } from './report.ts';

/** The result of a verification, in addition to the pictures themselves. */
export type Ending = {
  recipe: RecipeName;
  recipeVersion: number;
  /** False for a recipe version without expected values. */
  isKnown: boolean;
  duration?: Comparison;
  durationOfLarge?: Comparison;
  gaveUp: boolean;
  /** The step at which time ran out, or at which something failed that the new version did not cause. */
  ranOutAt?: string;
  brokeOff?: { at: string; error: unknown };
  /** Names of pictures. */
  untried: readonly string[];
};

/** Why the new version must not go live, the most informative first; empty if it may. */
export function failuresOf(pictures: readonly PictureReport[], ending: Ending): string[] {
  const { recipe, recipeVersion, duration, durationOfLarge, gaveUp, ranOutAt, brokeOff, untried } = ending;
  const failures: string[] = [];
  if (brokeOff) failures.push(`the verification broke off at ${brokeOff.at}: ${String(brokeOff.error)}`);
  if (ranOutAt !== undefined) failures.push(`ran out of time at ${ranOutAt}`);
  if (!ending.isKnown) {
    failures.push(
      `nobody has worked out what ${recipe} makes by version ${recipeVersion}: add it to ` +
        'commands/golden-pictures/expected.ts, run `npm run golden`, look at what changed, and release that as well',
    );
  }
  failures.push(...byProblem(pictures));
  if (untried.length > 0) {
    const why = gaveUp ? ', since the function failed three times in a row' : '';
    failures.push(`${untried.length} pictures were not tried${why}: ${listed(untried)}`);
  }
  const slow = [duration && tooSlow(duration), durationOfLarge && tooSlow(durationOfLarge, ' with a large picture')];
  failures.push(...slow.flatMap((sentence) => sentence ?? []));
  return failures;
}

/** A problem that pictures have in common is reported once. */
function byProblem(pictures: readonly PictureReport[]): string[] {
  const names = new Map<string, string[]>();
  for (const { name, problems } of pictures) {
    const [first, ...others] = problems;
    if (first === undefined) continue;
    const summary = others.length === 0 ? first : `${first} (and ${others.length} more)`;
    names.set(summary, [...(names.get(summary) ?? []), name]);
  }
  return [...names].map(([problem, whose]) => `${listed(whose)}: ${problem}`);
}

/** The report has them all. */
function listed(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
