import { identityOf, type OriginalVersion } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import type { Worker } from './ports.ts';

// An image that kills the process (out of memory, a crash in native code) passes by every catch. So each attempt is noted right
// before it decodes and taken out at every orderly end; what stays open for longer than an invocation can last has crashed.

/** A first crash may be anything: a host that fails, a deployment at the wrong moment. A second one is the image's. */
const CRASHES_ALLOWED = 1;

const PREFIX = 'poison: ';

/** The reason in the record of an image that is not to be decoded again by this version of the function. */
export const POISON_REASON =
  `${PREFIX}the process crashed, or ran out of memory or time, each of the two times that it tried to decode this image. ` +
  'A new version of the function may try again.';

/** True when attempts of this function version at this original have crashed too often to dare another. */
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
      // A younger one may still be at work.
      now.getTime() - Date.parse(attempt.startedAt) > worker.timeoutMs,
  );
  return crashes.length > CRASHES_ALLOWED;
}

/**
 * True for a record that gives up on this image because of crashes, which (unless they were this function version's own) say nothing
 * of this version. A record by a newer recipe stands: the versions behind one alias must not undo each other.
 */
export function canRetryPoison({ status, poison, reason, recipeVersion }: ImageRecord, recipe: Recipe): boolean {
  // Records of versions that did not say `poison` yet can be told by their reason.
  const isPoison = status === 'rejected' && (poison ?? reason?.startsWith(PREFIX) ?? false);
  return isPoison && recipeVersion <= recipe.version;
}

/**
 * The attempts that an outcome lays to rest: those at other states of the original and, where a function version has come through
 * it (`survivor`), that version's at this state. Other versions' crashes stay, or two versions behind one alias would forget each
 * other's and try for ever.
 */
export function resolvedAttempts(
  attempts: readonly OpenAttempt[],
  original: OriginalVersion,
  survivor?: string,
): readonly OpenAttempt[] {
  return attempts.filter((attempt) => attempt.of !== identityOf(original) || attempt.by === survivor);
}
