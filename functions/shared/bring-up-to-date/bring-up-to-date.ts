import { TransientError } from '../images/errors.ts';
import { imageId, type Image, type OriginalVersion } from '../images/image.ts';
import type { Outcome } from '../images/outcome.ts';
import type { Recipe } from '../images/recipe.ts';
import type { OpenAttempt } from '../images/record.ts';
import { attempt, type Attempt } from './attempt.ts';
import { pending, ready, rejected, subjectOf } from './build-records.ts';
import { commit } from './commit.ts';
import { untilDeadline } from './deadline.ts';
import { decide } from './decide.ts';
import { deriveOutputs } from './derive-outputs.ts';
import { unchanged } from './outcome.ts';
import { resolvedAttempts } from './poison.ts';
import type { Ports, Worker } from './ports.ts';
import type { Commit, Conflict, Seen, Task } from './types.ts';

/** The first round, and as many more as a busy image is granted in one call. */
const ROUNDS = 1 + 5;

/** The longest `lastError`, in characters. It tells an operator why; more would only fill the item. */
const LONGEST_ERROR = 500;

/**
 * Brings one image's record and outputs under one recipe up to date with what the bucket holds now. It is idempotent, may run twice at the
 * same time, and may be killed at any point: an event is a hint, conditional writes decide, and outputs are never overwritten.
 * docs/architecture.md explains the same steps under the same numbers; tests/unit/bring-up-to-date/ proves them.
 *
 * @throws TransientError if time ran out or the image kept changing, and all errors of the ports. AWS must then retry the delivery. The
 * item stores the reason as `lastError`.
 */
export async function bringUpToDate(ports: Ports, worker: Worker, image: Image, recipe: Recipe): Promise<Outcome> {
  const task: Task = { ports: untilDeadline(ports, worker.deadline), worker, image, recipe, id: imageId(image) };
  /** This call's own attempt: in the record, or about to be. Removing it twice does no harm. */
  let open: OpenAttempt | undefined;
  try {
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0) await task.ports.pause(round);
      const seen = await read(task); // Steps 1 and 2.
      const decision = decide(task, seen); // Steps 3 and 4.
      if (decision.act === 'nothing') return unchanged(seen);

      let outcome: Outcome | Conflict;
      if (decision.act === 'commit') {
        outcome = await commit(task, seen, decision); // Steps 7 to 9.
      } else {
        const started = await attempt(task, decision.original); // Step 5.
        open = started.open;
        const toCommit = await finish(task, seen.before, decision.original, started); // Step 6.
        outcome = toCommit === 'conflict' ? toCommit : await commit(task, seen, toCommit); // Steps 7 to 9.
      }
      if (outcome !== 'conflict') return outcome;
      if (open) await task.ports.removeOpenAttempt(task.id, recipe.name, open);
      open = undefined;
    }
    throw new TransientError(
      `${image.bucket}/${image.key} changed during each of ${ROUNDS} rounds; the next delivery tries again`,
    );
  } catch (error) {
    const record = pending(subjectOf(task), undefined);
    // If recording the failure also fails, throw the original error: it is more informative.
    await ports.saveLastError(record, describe(error), open).catch(() => undefined);
    throw error;
  }
}

/** The record first. The other way round, a slow read of the bucket would be written over what a newer read found. */
async function read({ ports, image, recipe, id }: Task): Promise<Seen> {
  const before = await ports.readRecord(id, recipe.name); // Step 1.
  const original = await ports.headOriginal(image); // Step 2.
  return { before, original };
}

/** Ends an attempt: the record of its outputs, or of the reason why the image cannot have any. */
async function finish(
  task: Task,
  before: Seen['before'],
  original: OriginalVersion,
  started: Attempt,
): Promise<Commit | Conflict> {
  const result = started.open ? await deriveOutputs(task, before, original, started) : started.ended;
  if (result === 'conflict') return result;
  const record =
    'reason' in result
      ? rejected(subjectOf(task), original, before, result.reason, result.needs)
      : ready(subjectOf(task), original, before, result.derivation, result.outputs);
  const resolved = resolvedAttempts(before?.openAttempts ?? [], original, task.worker.version);
  return { record, resolved: resolved.concat(started.open ?? []) };
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_ERROR);
}
