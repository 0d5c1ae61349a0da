import { identityOf, type OriginalVersion } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Worker } from './ports.ts';

// An image that kills the process (out of memory, a crash in native code) bypasses every catch. So each attempt is added to the record right
// before it decodes, and removed whenever it ends by a return or a throw. One that stays open for longer than an invocation can last crashed.

/** A first crash may have any cause: a host that fails, a deployment at the wrong moment. A second one is caused by the image. */
const CRASHES_ALLOWED = 1;

const PREFIX = 'poison: ';

/** The reason in the record of an image that this version of the function must not decode again. */
export const POISON_REASON =
  `${PREFIX}the process crashed, or ran out of memory or time, each of the two times that it tried to decode this image. ` +
  'A new version of the function may try again.';

/** True if attempts of this function version at this original crashed too often to risk another. */
export function hasCrashedTooOften(
  attempts: readonly OpenAttempt[],
  original: OriginalVersion,
  worker: Worker,
  now: Date,
): boolean {
  const crashes = attempts.filter(
    (attempt) =>
      attempt.of === identityOf(original) &&
      attempt.by === worker.version &&
      // A younger one may still be running.
      now.getTime() - Date.parse(attempt.startedAt) > worker.timeoutMs,
  );
  return crashes.length > CRASHES_ALLOWED;
}

/**
 * True for a record that rejects this image because of crashes. Crashes of other versions say nothing about this function version. A
 * record of a newer recipe stays: the versions behind one alias must not undo each other.
 */
export function canRetryPoison({ status, poison, reason, recipeVersion }: ImageRecord, recipe: Recipe): boolean {
  // Records of versions that did not set `poison` yet are recognized by their reason.
  const isPoison = status === 'rejected' && (poison ?? reason?.startsWith(PREFIX) ?? false);
  return isPoison && recipeVersion <= recipe.version;
}

/**
 * The open attempts that an outcome resolves: those at other states of the original and, if a function version processed this state without
 * a crash (`survivor`), those of that version. Other versions' crashes stay, or two versions behind one alias would delete each other's and
 * retry forever.
 */
export function resolvedAttempts(
  attempts: readonly OpenAttempt[],
  original: OriginalVersion,
  survivor?: string,
): readonly OpenAttempt[] {
  return attempts.filter((attempt) => attempt.of !== identityOf(original) || attempt.by === survivor);
}
