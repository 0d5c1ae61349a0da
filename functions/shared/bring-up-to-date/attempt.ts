import type { Derivation } from '../images/derivation.ts';
import { UnacceptableImageError } from '../images/errors.ts';
import type { Feature } from '../images/features.ts';
import { identityOf, type OriginalVersion } from '../images/image.ts';
import { outputKey } from '../images/keys.ts';
import { sizeRefusal } from '../images/original-size.ts';
import type { ImageRecord, OpenAttempt, Output } from '../images/record.ts';
import { pending } from './build-records.ts';
import { subjectOf, type Conflict, type Task } from './task.ts';

/** What an attempt came to: outputs that nothing names yet, or the reason why the image cannot have any. */
export type Attempted = { derivation: Derivation; outputs: Output[] } | { reason: string; needs?: Feature };

/** Reads, decodes and derives one state of the original, and puts what comes out where no other attempt ever writes. */
export async function attempt(
  task: Task,
  before: ImageRecord | undefined,
  original: OriginalVersion,
): Promise<Attempted | Conflict> {
  const { ports, recipe } = task;
  const refusal = sizeRefusal(original.size);
  if (refusal !== undefined) return { reason: refusal };

  const bytes = await ports.readOriginal(task.image, original);
  if (bytes === 'changed') return 'conflict';

  // Noted only now, with the bytes in memory: what kills the process from here on is the image, not the network.
  const open = begin(task, original);
  task.attempt = open;
  // A ready record stays as it is, with its outputs, until there is something to replace it.
  const noted = before?.status === 'ready' ? before : pending(subjectOf(task), original, before);
  if ((await ports.addOpenAttempt(noted, open)) === 'lost') return 'conflict';

  let derivation: Derivation;
  try {
    derivation = await ports.derive(bytes, recipe, task.worker.deadline);
  } catch (error) {
    if (error instanceof UnacceptableImageError) {
      return { reason: error.message, ...(error.needs && { needs: error.needs }) };
    }
    throw error;
  }
  const outputs = await Promise.all(
    derivation.outputs.map(async (output) => {
      const key = outputKey(recipe.name, task.id, open.id, output);
      await ports.putOutput(key, output);
      return { key, width: output.width, height: output.height, format: output.format, bytes: output.bytes.byteLength };
    }),
  );
  return { derivation, outputs };
}

function begin({ ports, worker }: Task, original: OriginalVersion): OpenAttempt {
  return {
    id: ports.newAttemptId(),
    startedAt: ports.now().toISOString(),
    by: worker.version,
    of: identityOf(original),
  };
}
