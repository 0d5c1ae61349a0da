import { TransientError } from '../images/errors.ts';
import { imageId, type Image } from '../images/image.ts';
import type { Recipe } from '../images/recipe.ts';
import { attempt } from './attempt.ts';
import { conclude } from './commit.ts';
import { untilDeadline } from './deadline.ts';
import { untouched, type Outcome } from './outcome.ts';
import { isTooDangerous, isWorthAnotherTry, laidToRest, POISON_REASON } from './poison.ts';
import type { Ports, Worker } from './ports.ts';
import { pending, poisoned, ready, rejected, speaksOf, tombstone } from './build-records.ts';
import { subjectOf, type Overtaken, type Task } from './task.ts';

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
      const outcome = await lookAndAct(task);
      if (outcome !== 'overtaken') return outcome;
      if (task.attempt) await task.ports.withdrawAttempt(task.id, recipe.name, task.attempt);
      task.attempt = undefined;
    }
    throw new TransientError(
      `${image.bucket}/${image.key} changed during each of ${LOOKS} looks; the next delivery tries again`,
    );
  } catch (error) {
    const seen = pending(subjectOf(task), undefined);
    // Should even this fail, the error at hand is the one that tells more.
    await ports.noteFailure(seen, describe(error), task.attempt).catch(() => undefined);
    throw error;
  }
}

/** The protocol, once from the top: look, and act on what was seen unless somebody else was faster. */
async function lookAndAct(task: Task): Promise<Outcome | Overtaken> {
  const { ports, worker, image, recipe, id } = task;

  // The item first. The other way round, a slow look at the bucket would be written over what a newer look found.
  const before = await ports.readRecord(id, recipe.name);
  const original = await ports.headOriginal(image);
  const look = { before, original };
  const attempts = before?.openAttempts ?? [];

  if (original === undefined) {
    if (before === undefined || before.status === 'deleted') return untouched(before, original);
    return conclude(task, look, tombstone(subjectOf(task), before), attempts);
  }

  const tooDangerous = isTooDangerous(attempts, original, worker, ports.now());
  if (before && speaksOf(before, original, recipe) && (tooDangerous || !isWorthAnotherTry(before, recipe))) {
    return untouched(before, original);
  }
  if (tooDangerous) {
    const record = poisoned(subjectOf(task), original, before, POISON_REASON);
    return conclude(task, look, record, laidToRest(attempts, original));
  }

  const found = await attempt(task, before, original);
  if (found === 'overtaken') return found;
  const record =
    'reason' in found
      ? rejected(subjectOf(task), original, before, found.reason, found.needs)
      : ready(subjectOf(task), original, before, found.derivation, found.outputs);
  return conclude(task, look, record, laidToRest(attempts, original, worker.version).concat(task.attempt ?? []));
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_ERROR);
}
