import { TransientError } from '../images/errors.ts';
import { imageId, type Image } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import { attempt } from './attempt.ts';
import { commit } from './commit.ts';
import { untilDeadline } from './deadline.ts';
import { unchanged, type Outcome } from './outcome.ts';
import { hasCrashedTooOften, canRetryPoison, resolvedAttempts, POISON_REASON } from './poison.ts';
import type { Ports, Worker } from './ports.ts';
import { pending, poisoned, ready, rejected, isCurrentFor, tombstone } from './build-records.ts';
import { subjectOf, type Conflict, type Task } from './task.ts';

export type { Outcome } from './outcome.ts';

/** The first look, and as many more as a busy image is granted in one call. */
const LOOKS = 1 + 5;

/** `lastError` answers a person who asks why; more than this would only fill the item. Characters. */
const LONGEST_ERROR = 500;

/**
 * Brings one image's record and outputs under one recipe up to date with what the bucket holds now. Harmless to repeat, to run twice
 * at once and to kill at any point: an event is a hint, conditional writes decide, and outputs are never overwritten.
 * The same steps are told in words in docs/architecture.md, and proved in tests/unit/bring-up-to-date/.
 *
 * @throws TransientError where time ran out or the image kept changing, and whatever the ports throw. The delivery is then to be
 * tried again; the item tells why, as `lastError`.
 */
export async function bringUpToDate(ports: Ports, worker: Worker, image: Image, recipe: Recipe): Promise<Outcome> {
  const task: Task = { ports: untilDeadline(ports, worker.deadline), worker, image, recipe, id: imageId(image) };
  try {
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await task.ports.pause(look);
      const outcome = await runOnce(task);
      if (outcome !== 'conflict') return outcome;
      if (task.attempt) await task.ports.removeOpenAttempt(task.id, recipe.name, task.attempt);
      task.attempt = undefined;
    }
    throw new TransientError(
      `${image.bucket}/${image.key} changed during each of ${LOOKS} looks; the next delivery tries again`,
    );
  } catch (error) {
    const seen = pending(subjectOf(task), undefined);
    // Should even this fail, the error at hand is the one that tells more.
    await ports.saveLastError(seen, describe(error), task.attempt).catch(() => undefined);
    throw error;
  }
}

/** The protocol, once from the top: look, and act on what was seen unless somebody else was faster. */
async function runOnce(task: Task): Promise<Outcome | Conflict> {
  const { ports, worker, image, recipe, id } = task;

  // The item first. The other way round, a slow look at the bucket would be written over what a newer look found.
  const before = await ports.readRecord(id, recipe.name);
  const original = await ports.headOriginal(image);
  const look = { before, original };
  const attempts = before?.openAttempts ?? [];

  if (original === undefined) {
    if (before === undefined || before.status === 'deleted') return unchanged(before, original);
    return commit(task, look, tombstone(subjectOf(task), before), attempts);
  }

  const tooDangerous = hasCrashedTooOften(attempts, original, worker, ports.now());
  if (before && isCurrentFor(before, original, recipe) && (tooDangerous || !canRetryPoison(before, recipe))) {
    return unchanged(before, original);
  }
  if (tooDangerous) {
    const record = poisoned(subjectOf(task), original, before, POISON_REASON);
    return commit(task, look, record, resolvedAttempts(attempts, original));
  }

  const found = await attempt(task, before, original);
  if (found === 'conflict') return found;
  const record =
    'reason' in found
      ? rejected(subjectOf(task), original, before, found.reason, found.needs)
      : ready(subjectOf(task), original, before, found.derivation, found.outputs);
  return commit(task, look, record, resolvedAttempts(attempts, original, worker.version).concat(task.attempt ?? []));
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_ERROR);
}
